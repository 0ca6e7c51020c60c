// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include <systemc>

namespace sl::test {

/// Does something in a thread of the simulation: sockets are bound by then, and it may wait.
struct Prober : sc_core::sc_module {
    Prober(const sc_core::sc_module_name& name, std::function<void()> probe)
        : sc_module{name},
          probe_{std::move(probe)}
    {
        SC_HAS_PROCESS(Prober);
        SC_THREAD(work);
    }

    void work() { probe_(); }

    std::function<void()> probe_;
};

} // namespace sl::test
