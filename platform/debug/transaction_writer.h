// SPDX-License-Identifier: MIT
#pragma once

#include "debug/filter.h"
#include "debug/output_file.h"
#include "debug/record.h"
#include "debug/symbolizer.h"
#include "debug/targets.h"

namespace sl::debug {

/// Which transactions are wanted. An empty list wants all.
struct TransactionFilter {
    std::vector<unsigned> pes;
    std::vector<std::string> kinds; ///< as transaction_group() has them
    Range addresses;                ///< physical, that an access touches
    Range time_ps;

    /// Is any transaction of this PE wanted? Only then need the PE report them.
    bool wants_pe(unsigned pe) const;
    bool wants(const Record& record) const;
};

/// "atomic-read".
const char* transaction_name(Transaction::Kind kind);
/// "atomic": what filters know.
std::string transaction_group(Transaction::Kind kind);
/// All of them.
std::vector<std::string> transaction_groups();

/// "0x1f": the bytes of a transaction as one number; "-" for a read that failed.
std::string transaction_value(const Record& record);

/// Transactions, one line each: time, PE, EL, VMID, PC, kind, VA, PA, bytes, value, what answered,
/// symbol.
class TransactionWriter : public RecordSink {
public:
    /// `symbols` must outlive the writer. Throws OutputError.
    TransactionWriter(const std::string& path, const Symbolizer& symbols,
                      const std::vector<RecordedPe>& pes, std::vector<Target> targets,
                      TransactionFilter filter);

    void record(const Record& record) override;
    void finish(u64 ps) override;

private:
    OutputFile file_;
    const Symbolizer& symbols_;
    std::vector<std::string> pes_; ///< names, padded to one width
    std::vector<Target> targets_;
    std::size_t where_width_ = 0;
    TransactionFilter filter_;
};

} // namespace sl::debug
