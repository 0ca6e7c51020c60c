// SPDX-License-Identifier: MIT
#pragma once

#include "common/reg_bank.h"
#include "common/tlm_initiator.h"

#include <cstring>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>

namespace sl {

/// How a device answers an access that no register takes.
enum class Unclaimed : u8 {
    RazWi,      ///< reads as zero, writes ignored
    SlaveError, ///< the bus returns an error, and the PE takes an external abort
};

/// Serves TLM transactions from register banks: the part of a device that is the same for all.
/// `lookup` maps the transaction's address to a bank and the offset in it, or to a null bank.
class RegTarget {
public:
    RegTarget(Unclaimed unclaimed, u64 latency_ps)
        : unclaimed_{unclaimed},
          latency_ps_{latency_ps}
    {
    }

    void transport(RegBank* bank, u32 offset, tlm::tlm_generic_payload& tx,
                   sc_core::sc_time& delay) const
    {
        const RegAccess access{InitiatorExtension::of(tx), to_ps(sc_core::sc_time_stamp() + delay),
                               false};
        tx.set_response_status(serve(bank, offset, tx, access));
        delay += from_ps(latency_ps_);
    }

    /// Bytes served: a debugger's read has no effect, and it cannot write device registers.
    unsigned transport_dbg(RegBank* bank, u32 offset, tlm::tlm_generic_payload& tx) const
    {
        const RegAccess access{InitiatorExtension::of(tx), to_ps(sc_core::sc_time_stamp()), true};
        const bool ok = tx.is_read() && serve(bank, offset, tx, access) == tlm::TLM_OK_RESPONSE;
        return ok ? tx.get_data_length() : 0;
    }

private:
    tlm::tlm_response_status serve(RegBank* bank, u32 offset, tlm::tlm_generic_payload& tx,
                                   const RegAccess& access) const
    {
        const unsigned bytes = tx.get_data_length();
        const bool power_of_two = bytes && !(bytes & (bytes - 1));
        if (!power_of_two || bytes > 8 ||
            (tx.get_streaming_width() && tx.get_streaming_width() < bytes))
            return tlm::TLM_BURST_ERROR_RESPONSE;
        if (tx.get_byte_enable_ptr())
            return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
        if (offset % bytes)
            return tlm::TLM_ADDRESS_ERROR_RESPONSE;

        u64 data = 0;
        RegStatus status = RegStatus::Absent;
        if (tx.is_read()) {
            if (bank)
                status = bank->read(offset, bytes, access, data);
            std::memcpy(tx.get_data_ptr(), &data, bytes);
        } else if (tx.is_write()) {
            std::memcpy(&data, tx.get_data_ptr(), bytes);
            if (bank)
                status = bank->write(offset, bytes, access, data);
        }
        return status == RegStatus::Ok || unclaimed_ == Unclaimed::RazWi
                   ? tlm::TLM_OK_RESPONSE
                   : tlm::TLM_GENERIC_ERROR_RESPONSE;
    }

    Unclaimed unclaimed_;
    u64 latency_ps_;
};

/// A memory-mapped device with one frame of registers.
class Peripheral : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<Peripheral> bus{"bus"};

    virtual void reset() { regs_.reset(); }

protected:
    /// `latency_ps` is what one access costs at the device.
    Peripheral(const sc_core::sc_module_name& name, std::initializer_list<Reg> regs,
               Unclaimed unclaimed, u64 latency_ps)
        : sc_module{name},
          regs_{regs},
          target_{unclaimed, latency_ps}
    {
        bus.register_b_transport(this, &Peripheral::b_transport);
        bus.register_transport_dbg(this, &Peripheral::transport_dbg);
    }

    RegBank regs_;

private:
    void b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay)
    {
        target_.transport(&regs_, static_cast<u32>(tx.get_address()), tx, delay);
    }

    unsigned transport_dbg(tlm::tlm_generic_payload& tx)
    {
        return target_.transport_dbg(&regs_, static_cast<u32>(tx.get_address()), tx);
    }

    RegTarget target_;
};

} // namespace sl
