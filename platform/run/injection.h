// SPDX-License-Identifier: MIT
#pragma once

#include "config/injection.h"
#include "debug/observer_set.h"
#include "run/software.h"

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace sl::soc {
class Platform;
}

namespace sl::gic {
struct InterruptBlock;
}

namespace sl::run {

/// Raises one interrupt of PE 0, and sees that it is taken once and leaves nothing behind. The
/// trace buffer's is raised by the buffer, which is full; any other by its wire, which falls when
/// the interrupt is acknowledged. Every instruction of the run is looked at: it is slow.
class Injector final : public debug::NullObserver {
public:
    /// Asked at each place of the call, in order; true: here.
    using Choose = std::function<bool(u64 place)>;

    Injector(const config::Config& config, const Software& software,
             const config::Injection& injection);

    /// Before the run. Without `choose`, the place is the injection's.
    void attach(soc::Platform& platform, Choose choose = {});

    /// The call has been made and is over; before it is, what places() tells is not all.
    bool over() const { return phase_ == Phase::Over; }

    /// It is the trace buffer's interrupt.
    bool of_buffer() const { return of_buffer_; }

    /// Places that the call has had so far.
    u64 places() const { return places_; }

    bool raised() const { return raised_; }

    /// Raising it was refused: the buffer is off, or stopped.
    bool impossible() const { return impossible_; }

    /// "hyp`switch_run+0x10", where it was raised.
    const std::string& where() const { return where_; }

    /// After the run: what has gone wrong with the interrupt; nothing when all is well.
    std::vector<std::string> problems() const;

    void instruction(unsigned pe, u64 cycle, unsigned el, u64 vmid, u64 pc, u32 word) override;

private:
    enum class Phase : u8 { Before, Inside, Over };

    bool begins(unsigned el, u64 vmid, u64 pc);
    void raise();
    bool fill_buffer();
    void set_wire(bool level);
    void watch();
    const gic::InterruptBlock& block() const;

    u32 mask() const { return 1u << injection_.intid % 32; }

    const Software& software_;
    const config::Injection injection_;
    soc::Platform* platform_ = nullptr;
    Choose choose_;
    std::unordered_map<u64, bool> first_; ///< is the PC that of the function's first instruction
    bool of_buffer_ = false;              ///< whose status drives the wire
    Phase phase_ = Phase::Before;
    u64 calls_ = 0, places_ = 0, return_to_ = 0;
    unsigned el_ = 0;
    bool raised_ = false, impossible_ = false;
    std::string where_;
    bool active_ = false;  ///< when last looked at
    u64 acknowledged_ = 0; ///< since it was raised
};

} // namespace sl::run
