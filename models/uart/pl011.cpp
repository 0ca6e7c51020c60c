// SPDX-License-Identifier: MIT
#include "uart/pl011.h"

namespace sl::uart {

namespace {

constexpr unsigned any_size = 1 + 2 + 4;
constexpr u64 control_at_reset = Pl011::Cr::TXE::mask | Pl011::Cr::RXE::mask;
constexpr u64 interrupts = ones(11);
constexpr u64 modem_flags =
    Pl011::Fr::CTS::mask | Pl011::Fr::DSR::mask | Pl011::Fr::DCD::mask | Pl011::Fr::RI::mask;

/// The modem status interrupts (RIS) of flags (FR) that changed.
u64 modem_interrupts(u64 changed)
{
    return Pl011::Int::RI::make(Pl011::Fr::RI::get(changed)) |
           Pl011::Int::CTS::make(Pl011::Fr::CTS::get(changed)) |
           Pl011::Int::DCD::make(Pl011::Fr::DCD::get(changed)) |
           Pl011::Int::DSR::make(Pl011::Fr::DSR::get(changed));
}

} // namespace

// clang-format off
Pl011::Pl011(const sc_core::sc_module_name& name, u64 latency_ps)
    : Peripheral{name, {
          {.offset = DR, .name = "DR", .sizes = any_size,
           .on_read = [this](const RegAccess& a, unsigned) { return read_data(a.now_ps); },
           .on_peek = [this] { return peek_data(); },
           .on_write = [this](const RegAccess& a, unsigned, u64 w) { write_data(w, a.now_ps); }},
          {.offset = RSR, .name = "RSR/ECR", .sizes = any_size,
           .on_read = [this] { return errors_; },
           .on_write = [this](u64) { errors_ = 0; }},
          {.offset = FR, .name = "FR", .sizes = any_size, .on_read = [this] { return flags(); }},
          {.offset = ILPR, .name = "ILPR", .sizes = any_size, .writable = ones(8)},
          {.offset = IBRD, .name = "IBRD", .sizes = any_size, .writable = ones(16)},
          {.offset = FBRD, .name = "FBRD", .sizes = any_size, .writable = ones(6)},
          {.offset = LCR_H, .name = "LCR_H", .sizes = any_size,
           .on_read = [this] { return lcr_h_; },
           .on_write = [this](const RegAccess& a, unsigned, u64 w) {
               write_line_control(w, a.now_ps);
           }},
          {.offset = CR, .name = "CR", .sizes = any_size,
           .on_read = [this] { return cr_; },
           .on_write = [this](const RegAccess& a, unsigned, u64 w) { write_control(w, a.now_ps); }},
          {.offset = IFLS, .name = "IFLS", .sizes = any_size, .reset = 0x12, .writable = ones(6)},
          {.offset = IMSC, .name = "IMSC", .sizes = any_size, .writable = interrupts,
           .on_write = [this](const RegAccess& a, unsigned, u64) { drive(a.now_ps); }},
          {.offset = RIS, .name = "RIS", .sizes = any_size, .on_read = [this] { return ris_; }},
          {.offset = MIS, .name = "MIS", .sizes = any_size,
           .on_read = [this] { return ris_ & regs_[IMSC]; }},
          {.offset = ICR, .name = "ICR", .sizes = any_size, .on_read = [] { return u64{0}; },
           .on_write = [this](const RegAccess& a, unsigned, u64 w) { clear(w, a.now_ps); }},
          {.offset = DMACR, .name = "DMACR", .sizes = any_size, .writable = ones(3)},
          // Part 0x011, designer 0x41 (Arm), revision 3 (r1p5), configuration 0.
          {.offset = PeriphID + 0x0, .name = "PeriphID0", .sizes = any_size, .reset = 0x11},
          {.offset = PeriphID + 0x4, .name = "PeriphID1", .sizes = any_size, .reset = 0x10},
          {.offset = PeriphID + 0x8, .name = "PeriphID2", .sizes = any_size, .reset = 0x34},
          {.offset = PeriphID + 0xc, .name = "PeriphID3", .sizes = any_size, .reset = 0x00},
          {.offset = PCellID + 0x0, .name = "PCellID0", .sizes = any_size, .reset = 0x0d},
          {.offset = PCellID + 0x4, .name = "PCellID1", .sizes = any_size, .reset = 0xf0},
          {.offset = PCellID + 0x8, .name = "PCellID2", .sizes = any_size, .reset = 0x05},
          {.offset = PCellID + 0xc, .name = "PCellID3", .sizes = any_size, .reset = 0xb1},
      }, Unclaimed::RazWi, latency_ps},
      cr_{control_at_reset}
{
}

// clang-format on

void Pl011::reset()
{
    Peripheral::reset();
    lcr_h_ = ris_ = errors_ = 0;
    cr_ = control_at_reset;
    to_send_.clear();
    received_.clear();
    overrun_ = false;
    drive(to_ps(sc_core::sc_time_stamp()));
}

u64 Pl011::peek_data() const
{
    return received_.empty() ? 0 : received_.front();
}

u64 Pl011::read_data(u64 now_ps)
{
    const u64 word = peek_data();
    if (received_.empty())
        return word;
    received_.pop_front();
    errors_ = word >> Dr::FE::lsb;
    if (received_.empty())
        ris_ &= ~Int::RT::mask;
    const unsigned due = fifos() ? trigger(Ifls::RXIFLSEL::get(regs_[IFLS])) : 1;
    if (received_.size() < due)
        ris_ &= ~Int::RX::mask;
    drive(now_ps);
    return word;
}

void Pl011::write_data(u64 word, u64 now_ps)
{
    if (to_send_.size() < depth())
        to_send_.push_back(static_cast<u8>(word));
    const unsigned due = fifos() ? trigger(Ifls::TXIFLSEL::get(regs_[IFLS])) : 0;
    if (to_send_.size() > due)
        ris_ &= ~Int::TX::mask;
    send();
    drive(now_ps);
}

/// Empties the transmit FIFO. Its interrupt comes of passing the trigger level, which any character
/// that leaves does here: the FIFO is empty afterwards.
void Pl011::send()
{
    if (!transmitting() || to_send_.empty())
        return;
    const u64 mask = ones(5 + static_cast<unsigned>(LcrH::WLEN::get(lcr_h_)));
    while (!to_send_.empty()) {
        const u8 character = static_cast<u8>(to_send_.front() & mask);
        to_send_.pop_front();
        if (Cr::LBE::get(cr_))
            arrive(character);
        else if (transmit_)
            transmit_(character);
    }
    ris_ |= Int::TX::mask;
}

void Pl011::receive(u8 character, u64 now_ps)
{
    if (Cr::LBE::get(cr_))
        return; // The receiver listens to the transmitter.
    arrive(character);
    drive(now_ps);
}

void Pl011::arrive(u8 character)
{
    if (!Cr::UARTEN::get(cr_) || !Cr::RXE::get(cr_))
        return;
    if (received_.size() == depth()) {
        // The FIFO keeps what it has; the character is lost in the shift register.
        overrun_ = true;
        errors_ |= 1u << (Dr::OE::lsb - Dr::FE::lsb);
        ris_ |= Int::OE::mask;
        return;
    }
    received_.push_back(static_cast<u16>(character | Dr::OE::make(overrun_)));
    overrun_ = false;
    const unsigned due = fifos() ? trigger(Ifls::RXIFLSEL::get(regs_[IFLS])) : 1;
    if (received_.size() >= due)
        ris_ |= Int::RX::mask;
    if (fifos())
        ris_ |= Int::RT::mask;
}

u64 Pl011::modem() const
{
    // Without a modem all inputs are high, that is, inactive; in loopback they are our own outputs.
    if (!Cr::LBE::get(cr_))
        return 0;
    return Fr::CTS::make(Cr::RTS::get(cr_)) | Fr::DSR::make(Cr::DTR::get(cr_)) |
           Fr::DCD::make(Cr::Out1::get(cr_)) | Fr::RI::make(Cr::Out2::get(cr_));
}

u64 Pl011::flags() const
{
    return modem() | Fr::BUSY::make(!to_send_.empty()) | Fr::RXFE::make(received_.empty()) |
           Fr::TXFF::make(to_send_.size() >= depth()) |
           Fr::RXFF::make(received_.size() >= depth()) | Fr::TXFE::make(to_send_.empty());
}

void Pl011::write_line_control(u64 word, u64 now_ps)
{
    const bool had_fifos = fifos();
    lcr_h_ = word & ones(8);
    if (had_fifos && !fifos()) {
        // Character mode has room for one on each side.
        if (received_.size() > 1)
            received_.resize(1);
        if (to_send_.size() > 1)
            to_send_.resize(1);
    }
    send();
    drive(now_ps);
}

void Pl011::write_control(u64 word, u64 now_ps)
{
    const u64 before = modem();
    // SIREN and SIRLP, bits 1 and 2, are kept and have no effect: there is no infrared port.
    cr_ = word & (ones(16) & ~(ones(4) << 3));
    ris_ |= modem_interrupts((before ^ modem()) & modem_flags);
    send();
    drive(now_ps);
}

void Pl011::clear(u64 word, u64 now_ps)
{
    ris_ &= ~(word & interrupts);
    drive(now_ps);
}

unsigned Pl011::trigger(u64 select) const
{
    switch (select) {
    case 0:
        return fifo_depth / 8;
    case 1:
        return fifo_depth / 4;
    case 2:
        return fifo_depth / 2;
    case 3:
        return fifo_depth * 3 / 4;
    default: // 0b100; the other encodings are reserved
        return fifo_depth * 7 / 8;
    }
}

void Pl011::drive(u64 now_ps)
{
    const bool level = (ris_ & regs_[IMSC]) != 0;
    if (level == level_)
        return;
    level_ = level;
    if (interrupt_)
        interrupt_(level, now_ps);
}

} // namespace sl::uart
