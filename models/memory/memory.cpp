// SPDX-License-Identifier: MIT
#include "memory/memory.h"

#include "common/tlm_initiator.h"

#include <cassert>
#include <cstring>
#include <new>

#include <sys/mman.h>

namespace sl::memory {

Memory::Memory(const sc_core::sc_module_name& name, u64 size, Kind kind, u64 latency_ps)
    : sc_module{name},
      size_{size},
      kind_{kind},
      latency_{from_ps(latency_ps)}
{
    assert(size > 0 && size % page_size == 0);
    void* const room = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED)
        throw std::bad_alloc{};
    host_ = static_cast<u8*>(room);
    bus.register_b_transport(this, &Memory::b_transport);
    bus.register_transport_dbg(this, &Memory::transport_dbg);
    bus.register_get_direct_mem_ptr(this, &Memory::get_direct_mem_ptr);
}

Memory::~Memory()
{
    ::munmap(host_, size_);
}

void Memory::clear()
{
    ::madvise(host_, size_, MADV_DONTNEED);
}

bool Memory::inside(const tlm::tlm_generic_payload& tx) const
{
    return tx.get_address() < size_ && tx.get_data_length() <= size_ - tx.get_address();
}

void Memory::b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay)
{
    if (!inside(tx)) {
        tx.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    if (tx.get_byte_enable_ptr()) {
        tx.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return;
    }
    if (tx.get_streaming_width() != 0 && tx.get_streaming_width() < tx.get_data_length()) {
        tx.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    delay += latency_;
    u8* const at = host_ + tx.get_address();
    if (tx.is_read()) {
        std::memcpy(tx.get_data_ptr(), at, tx.get_data_length());
    } else if (tx.is_write()) {
        if (kind_ == Kind::Rom) {
            tx.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
            return;
        }
        std::memcpy(at, tx.get_data_ptr(), tx.get_data_length());
    }
    tx.set_dmi_allowed(true);
    tx.set_response_status(tlm::TLM_OK_RESPONSE);
}

unsigned Memory::transport_dbg(tlm::tlm_generic_payload& tx)
{
    if (tx.get_address() >= size_)
        return 0;
    const u64 room = size_ - tx.get_address();
    const unsigned bytes =
        room < tx.get_data_length() ? static_cast<unsigned>(room) : tx.get_data_length();
    u8* const at = host_ + tx.get_address();
    if (tx.is_read())
        std::memcpy(tx.get_data_ptr(), at, bytes);
    else if (tx.is_write())
        std::memcpy(at, tx.get_data_ptr(), bytes);
    return bytes;
}

bool Memory::get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi)
{
    dmi.set_dmi_ptr(host_);
    dmi.set_start_address(0);
    dmi.set_end_address(size_ - 1);
    dmi.set_read_latency(latency_);
    dmi.set_write_latency(latency_);
    if (kind_ == Kind::Rom)
        dmi.allow_read();
    else
        dmi.allow_read_write();
    return true;
}

} // namespace sl::memory
