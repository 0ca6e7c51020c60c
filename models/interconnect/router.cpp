// SPDX-License-Identifier: MIT
#include "interconnect/router.h"

#include <algorithm>
#include <stdexcept>

namespace sl::interconnect {

namespace {

/// Shows a target addresses from the beginning of its range, for as long as the call lasts.
class Relative {
public:
    Relative(tlm::tlm_generic_payload& tx, u64 base)
        : tx_{tx},
          address_{tx.get_address()}
    {
        tx_.set_address(address_ - base);
    }

    ~Relative() { tx_.set_address(address_); }

    Relative(const Relative&) = delete;
    Relative& operator=(const Relative&) = delete;

private:
    tlm::tlm_generic_payload& tx_;
    u64 address_;
};

} // namespace

Router::Router(const sc_core::sc_module_name& name)
    : sc_module{name}
{
    in.register_b_transport(this, &Router::b_transport);
    in.register_transport_dbg(this, &Router::transport_dbg);
    in.register_get_direct_mem_ptr(this, &Router::get_direct_mem_ptr);
    out_.register_invalidate_direct_mem_ptr(this, &Router::invalidate_direct_mem_ptr);
}

void Router::add(u64 base, u64 size)
{
    const auto next = std::find_if(ranges_.begin(), ranges_.end(),
                                   [&](const Range& r) { return r.base + r.size > base; });
    if (size == 0 || base + size < base || (next != ranges_.end() && next->base < base + size))
        throw std::invalid_argument{"router: a range is empty or overlaps another"};
    ranges_.insert(next, {base, size, ports_++});
}

const Router::Range* Router::find(u64 address, u64 bytes) const
{
    auto next = std::upper_bound(ranges_.begin(), ranges_.end(), address,
                                 [](u64 a, const Range& r) { return a < r.base; });
    if (next == ranges_.begin())
        return nullptr;
    const Range& r = *--next;
    const u64 offset = address - r.base;
    return offset < r.size && bytes <= r.size - offset ? &r : nullptr;
}

void Router::b_transport(int, tlm::tlm_generic_payload& tx, sc_core::sc_time& delay)
{
    const Range* const r = find(tx.get_address(), tx.get_data_length());
    if (!r) {
        tx.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    const Relative relative{tx, r->base};
    out_[r->port]->b_transport(tx, delay);
}

unsigned Router::transport_dbg(int, tlm::tlm_generic_payload& tx)
{
    const Range* const r = find(tx.get_address(), tx.get_data_length());
    if (!r)
        return 0;
    const Relative relative{tx, r->base};
    return out_[r->port]->transport_dbg(tx);
}

bool Router::get_direct_mem_ptr(int, tlm::tlm_generic_payload& tx, tlm::tlm_dmi& dmi)
{
    const Range* const r = find(tx.get_address(), 1);
    if (!r)
        return false;
    const Relative relative{tx, r->base};
    if (!out_[r->port]->get_direct_mem_ptr(tx, dmi))
        return false;
    dmi.set_end_address(std::min<u64>(dmi.get_end_address(), r->size - 1) + r->base);
    dmi.set_start_address(dmi.get_start_address() + r->base);
    return true;
}

void Router::invalidate_direct_mem_ptr(int port, sc_dt::uint64 first, sc_dt::uint64 last)
{
    for (const Range& r : ranges_)
        if (r.port == port)
            for (unsigned i = 0; i < in.size(); ++i)
                in[static_cast<int>(i)]->invalidate_direct_mem_ptr(
                    r.base + first, r.base + std::min<u64>(last, r.size - 1));
}

} // namespace sl::interconnect
