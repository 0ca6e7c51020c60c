// SPDX-License-Identifier: MIT
#pragma once

#include "common/bus.h"

#include <systemc>
#include <tlm>

namespace sl {

/// Carries an access's Initiator through TLM-2.0 sockets, as AxUSER and AxPROT would. A transaction
/// without it comes from nobody in particular: PE 0, non-secure, privileged.
class InitiatorExtension : public tlm::tlm_extension<InitiatorExtension> {
public:
    InitiatorExtension() = default;

    explicit InitiatorExtension(const Initiator& initiator)
        : who{initiator}
    {
    }

    tlm::tlm_extension_base* clone() const override { return new InitiatorExtension{who}; }

    void copy_from(const tlm::tlm_extension_base& other) override
    {
        who = static_cast<const InitiatorExtension&>(other).who;
    }

    static Initiator of(const tlm::tlm_generic_payload& tx)
    {
        const InitiatorExtension* extension = nullptr;
        tx.get_extension(extension);
        return extension ? extension->who : Initiator{};
    }

    Initiator who;
};

/// A SystemC time as the models count it. SystemC's resolution is its default, 1 ps.
inline u64 to_ps(const sc_core::sc_time& time)
{
    return time.value();
}

inline sc_core::sc_time from_ps(u64 ps)
{
    return sc_core::sc_time::from_value(ps);
}

} // namespace sl
