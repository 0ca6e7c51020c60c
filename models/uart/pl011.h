// SPDX-License-Identifier: MIT
#pragma once

#include "common/peripheral.h"

#include <deque>
#include <functional>

namespace sl::uart {

/// PrimeCell UART (PL011), revision r1p5: FIFOs of 32 characters. Its line is infinitely fast: what
/// is sent leaves at once, and the 32 bit periods after which a receive timeout is due are over
/// when a character has arrived. There is no DMA controller and no modem; loopback works.
class Pl011 : public Peripheral {
public:
    enum : u32 {
        DR = 0x000,
        RSR = 0x004, ///< ECR when written
        FR = 0x018,
        ILPR = 0x020,
        IBRD = 0x024,
        FBRD = 0x028,
        LCR_H = 0x02c,
        CR = 0x030,
        IFLS = 0x034,
        IMSC = 0x038,
        RIS = 0x03c,
        MIS = 0x040,
        ICR = 0x044,
        DMACR = 0x048,
        PeriphID = 0xfe0,
        PCellID = 0xff0,
    };

    struct Dr {
        using Data = Field<0, 8>;
        using FE = Field<8>;
        using PE = Field<9>;
        using BE = Field<10>;
        using OE = Field<11>;
    };

    struct Fr {
        using CTS = Field<0>;
        using DSR = Field<1>;
        using DCD = Field<2>;
        using BUSY = Field<3>;
        using RXFE = Field<4>;
        using TXFF = Field<5>;
        using RXFF = Field<6>;
        using TXFE = Field<7>;
        using RI = Field<8>;
    };

    struct LcrH {
        using BRK = Field<0>;
        using FEN = Field<4>;
        using WLEN = Field<5, 2>; ///< 5 bits more than this are sent of each character
    };

    struct Cr {
        using UARTEN = Field<0>;
        using LBE = Field<7>;
        using TXE = Field<8>;
        using RXE = Field<9>;
        using DTR = Field<10>;
        using RTS = Field<11>;
        using Out1 = Field<12>;
        using Out2 = Field<13>;
    };

    struct Ifls {
        using TXIFLSEL = Field<0, 3>;
        using RXIFLSEL = Field<3, 3>;
    };

    /// Bits of IMSC, RIS, MIS and ICR.
    struct Int {
        using RI = Field<0>;
        using CTS = Field<1>;
        using DCD = Field<2>;
        using DSR = Field<3>;
        using RX = Field<4>;
        using TX = Field<5>;
        using RT = Field<6>;
        using FE = Field<7>;
        using PE = Field<8>;
        using BE = Field<9>;
        using OE = Field<10>;
    };

    static constexpr unsigned fifo_depth = 32;

    /// `latency_ps` is what one access costs at the device.
    Pl011(const sc_core::sc_module_name& name, u64 latency_ps);

    /// Takes what is sent, one character a call.
    void on_transmit(std::function<void(u8 character)> sink) { transmit_ = std::move(sink); }

    /// Tells of every change of UARTINTR.
    void on_interrupt(std::function<void(bool level, u64 now_ps)> line)
    {
        interrupt_ = std::move(line);
    }

    /// A character arrives on the line. Lost unless the receiver is enabled.
    void receive(u8 character, u64 now_ps);

    void reset() override;

private:
    bool fifos() const { return LcrH::FEN::get(lcr_h_); }

    unsigned depth() const { return fifos() ? fifo_depth : 1; }

    bool transmitting() const
    {
        return Cr::UARTEN::get(cr_) && Cr::TXE::get(cr_) && !LcrH::BRK::get(lcr_h_);
    }

    u64 read_data(u64 now_ps);
    u64 peek_data() const;
    void write_data(u64 word, u64 now_ps);
    void send();
    void arrive(u8 character);
    u64 flags() const;
    u64 modem() const;
    void write_line_control(u64 word, u64 now_ps);
    void write_control(u64 word, u64 now_ps);
    void clear(u64 word, u64 now_ps);
    /// The number of characters at which a FIFO's interrupt is due, by its field of IFLS.
    unsigned trigger(u64 select) const;
    void drive(u64 now_ps);

    std::function<void(u8)> transmit_;
    std::function<void(bool, u64)> interrupt_;
    u64 lcr_h_ = 0, cr_ = 0, ris_ = 0, errors_ = 0;
    std::deque<u8> to_send_;
    std::deque<u16> received_; ///< as DR shows them
    bool overrun_ = false;     ///< a character was lost since the FIFO was last full
    bool level_ = false;
};

} // namespace sl::uart
