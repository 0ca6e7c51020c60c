// SPDX-License-Identifier: MIT
#pragma once

#include "coresight/atb.h"
#include "coresight/component.h"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace sl::coresight {

/// Numbers below a bound, the same in every run.
class Random {
public:
    explicit Random(u32 seed)
        : engine_{seed}
    {
    }

    unsigned below(unsigned bound) { return static_cast<unsigned>(engine_() % bound); }

    u64 word() { return u64{engine_()} << 32 | engine_(); }

private:
    std::mt19937 engine_;
};

/// A component's registers, as software uses them: unlocked unless said otherwise.
struct Registers {
    explicit Registers(Component& component, bool unlock = true)
        : dut{&component}
    {
        if (unlock)
            write(Component::LAR, Component::unlock_key);
    }

    u64 read(u32 offset, u64 at) { return dut->read(offset, 4, {{}, at, false}); }

    u64 read(u32 offset) { return read(offset, now); }

    void write(u32 offset, u64 value, u64 at) { dut->write(offset, 4, {{}, at, false}, value); }

    void write(u32 offset, u64 value) { write(offset, value, now); }

    Component* dut;
    u64 now = 0;
};

/// A source that sends what a test tells it, keeps what is refused, and holds bytes for a flush.
class TestSource : public AtbSource {
public:
    explicit TestSource(AtbTarget& target)
        : target_{&target}
    {
    }

    /// When the beat was taken; none: it is kept and sent when the target is ready.
    std::optional<u64> send(u8 id, std::vector<u8> bytes, u64 now_ps)
    {
        const AtbBeat beat = beat_of(id, bytes);
        if (!kept.empty()) {
            kept.push_back(beat);
            return std::nullopt;
        }
        const auto taken = target_->transfer(beat, now_ps);
        if (!taken)
            kept.push_back(beat);
        return taken;
    }

    std::optional<u64> flush(u64 now_ps) override
    {
        ++flushes;
        u64 done = now_ps;
        for (const AtbBeat& beat : held) {
            if (kept.empty())
                if (const auto taken = target_->transfer(beat, done)) {
                    done = *taken;
                    continue;
                }
            kept.push_back(beat);
        }
        held.clear();
        flushing_ = !kept.empty();
        return flushing_ ? std::nullopt : std::optional{done};
    }

    void sync_request(u64) override { ++syncs; }

    void ready(u64 now_ps) override
    {
        while (!kept.empty()) {
            const auto taken = target_->transfer(kept.front(), now_ps);
            if (!taken)
                return;
            now_ps = *taken;
            kept.erase(kept.begin());
        }
        if (flushing_) {
            flushing_ = false;
            target_->flushed(now_ps);
        }
    }

    void settle(u64 horizon_ps) override { settled = horizon_ps; }

    std::vector<AtbBeat> kept; ///< refused
    std::vector<AtbBeat> held; ///< sent when flushed
    unsigned flushes = 0, syncs = 0;
    u64 settled = 0;

private:
    AtbTarget* target_;
    bool flushing_ = false;
};

/// A target that writes down what comes and when; it takes `cycle_ps` for each beat.
class TestTarget : public AtbTarget {
public:
    struct Got {
        u8 id;
        std::vector<u8> bytes;
        u64 at_ps;

        bool operator==(const Got&) const = default;
    };

    std::optional<u64> transfer(const AtbBeat& beat, u64 now_ps) override
    {
        if (refusing)
            return std::nullopt;
        const u64 at_ps = std::max(now_ps, free_ps_);
        free_ps_ = at_ps + cycle_ps;
        got.push_back({beat.id, {beat.data.begin(), beat.data.begin() + beat.size}, at_ps});
        return at_ps;
    }

    void flushed(u64 now_ps) override { flushed_at.push_back(now_ps); }

    std::map<u8, std::vector<u8>> streams() const
    {
        std::map<u8, std::vector<u8>> all;
        for (const Got& g : got)
            all[g.id].insert(all[g.id].end(), g.bytes.begin(), g.bytes.end());
        return all;
    }

    u64 cycle_ps = 0;
    bool refusing = false;
    std::vector<Got> got;
    std::vector<u64> flushed_at;

private:
    u64 free_ps_ = 0;
};

} // namespace sl::coresight
