// SPDX-License-Identifier: MIT
#pragma once

#include "common/observer.h"

#include <vector>

namespace sl::debug {

/// An observer that does nothing: a base for those that want a few of the events.
class NullObserver : public Observer {
public:
    void signal(unsigned, u64, Signal, u64) override {}

    void exception(unsigned, u64, unsigned, unsigned, unsigned, u64, u64) override {}

    void mark(unsigned, u64, u32, const u64*) override {}

    void instruction(unsigned, u64, unsigned, u64, u64, u32) override {}

    void transaction(unsigned, u64, const Transaction&) override {}

    void guest_error(unsigned, u64, unsigned, u64, const char*, u64) override {}
};

/// Passes every event on to several observers, which know nothing of each other.
class ObserverSet : public Observer {
public:
    void add(Observer& observer) { observers_.push_back(&observer); }

    bool empty() const { return observers_.empty(); }

    void signal(unsigned pe, u64 cycle, Signal which, u64 value) override
    {
        for (Observer* o : observers_)
            o->signal(pe, cycle, which, value);
    }

    void exception(unsigned pe, u64 cycle, unsigned from_el, unsigned to_el, unsigned kind, u64 esr,
                   u64 from_pc) override
    {
        for (Observer* o : observers_)
            o->exception(pe, cycle, from_el, to_el, kind, esr, from_pc);
    }

    void mark(unsigned pe, u64 cycle, u32 id, const u64* x) override
    {
        for (Observer* o : observers_)
            o->mark(pe, cycle, id, x);
    }

    void instruction(unsigned pe, u64 cycle, unsigned el, u64 vmid, u64 pc, u32 word) override
    {
        for (Observer* o : observers_)
            o->instruction(pe, cycle, el, vmid, pc, word);
    }

    void transaction(unsigned pe, u64 cycle, const Transaction& t) override
    {
        for (Observer* o : observers_)
            o->transaction(pe, cycle, t);
    }

    void guest_error(unsigned pe, u64 cycle, unsigned el, u64 pc, const char* what,
                     u64 detail) override
    {
        for (Observer* o : observers_)
            o->guest_error(pe, cycle, el, pc, what, detail);
    }

private:
    std::vector<Observer*> observers_;
};

} // namespace sl::debug
