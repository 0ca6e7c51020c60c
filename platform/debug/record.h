// SPDX-License-Identifier: MIT
#pragma once

#include "common/clock.h"
#include "common/observer.h"
#include "debug/marks.h"

#include <string>
#include <vector>

namespace sl::debug {

/// A PE as waves, timeline and log show it.
struct RecordedPe {
    std::string name;
    Clock clock;
    u8 reset_el = 2; ///< where a reset leaves it
};

/// Their names as a column of text, all of one width.
std::vector<std::string> name_column(const std::vector<RecordedPe>& pes);

/// One event of a run, on the one time axis of all PEs.
struct Record {
    enum class Kind : u8 { Signal, Phase, Exception, Instruction, GuestError, Wire, Transaction };

    u64 ps = 0;    ///< the PE's local time
    u64 cycle = 0; ///< the PE's own count
    u32 pe = 0;    ///< Wire: the number of the wire instead
    Kind kind = Kind::Signal;
    Observer::Signal signal = Observer::Signal::El; ///< Signal
    u8 el = 0;     ///< Exception: from; Instruction, GuestError, Transaction: executing
    u8 to_el = 0;  ///< Exception
    u8 type = 0;   ///< Exception: 0 synchronous, 1 IRQ, 2 FIQ, 3 SError
    u32 word = 0;  ///< Instruction: its encoding
    u64 value = 0; ///< Signal, Wire: level; Phase: id; Exception: ESR; Instruction: VMID;
                   ///< GuestError: detail; Transaction: bytes 0 to 7
    u64 pc = 0;    ///< Exception, Instruction, GuestError, Transaction
    /// Transaction; its PC, EL and first value stand above.
    Transaction::Kind access = Transaction::Kind::Read;
    BusStatus status = BusStatus::Ok;
    u8 bytes = 0;
    u16 vmid = 0;
    u64 va = 0, pa = 0, high = 0; ///< `high`: bytes 8 to 15 of the value
    const char* text = nullptr;   ///< GuestError: what happened; as long-lived as the recorder
};

/// Takes the events of a run in their final order: by time, then PE, then sequence.
class RecordSink {
public:
    virtual ~RecordSink() = default;
    /// May throw OutputError; then it gets no further records.
    virtual void record(const Record& record) = 0;
    /// The run ended at `ps`; no record follows. May throw OutputError.
    virtual void finish(u64 ps) = 0;
};

} // namespace sl::debug
