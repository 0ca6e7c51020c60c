// SPDX-License-Identifier: MIT
#pragma once

#include "a64/engine.h"
#include "case.h"
#include "qemu.h"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace sl::differential {

/// Runs cases on our engine, in an environment that behaves as Linux' EL0 does under qemu-aarch64:
/// two flat areas of memory, tagged data addresses, monitors that compare values.
class Here final : public a64::Environment {
public:
    /// Told of each executed word of the cases that run with a log; every other case does.
    using Executed = std::function<void(u32 word)>;

    explicit Here(Executed executed);
    ~Here() override;

    /// Positions in `cases` decide code addresses, as in the runner.
    std::vector<Ended> run(std::span<const sequence> cases);

    /// Executed by all runs so far.
    u64 instructions() const { return engine_->instructions(); }

    bool fetch(u64 va, a64::FetchPage& page) override;
    bool load(u64 va, const a64::Access& access, void* data) override;
    bool store(u64 va, const a64::Access& access, const void* data) override;
    u8* atomic(u64 va, const a64::Access& access, u64& pa) override;
    void wrote(u64 pa, unsigned bytes) override;
    bool load_exclusive(u64 va, const a64::Access& access, unsigned total_bytes,
                        void* data) override;
    bool store_exclusive(u64 va, const a64::Access& access, unsigned total_bytes, const void* data,
                         u64& status) override;
    void clear_exclusive() override;
    bool zero_block(u64 va) override;
    bool read_sysreg(a64::SysKey key, unsigned rt, u64& value) override;
    bool write_sysreg(a64::SysKey key, unsigned rt, u64 value) override;
    bool write_pstate(unsigned op1, unsigned op2, unsigned imm) override;
    bool sys(a64::SysKey key, unsigned rt, u64 value) override;
    bool sysl(a64::SysKey key, unsigned rt, u64& value) override;
    void barrier(a64::Barrier kind, unsigned crm) override;
    bool hint(unsigned imm) override;
    bool wait_until(bool event, unsigned rt, u64 count) override;
    void svc(u16 imm) override;
    void hvc(u16 imm) override;
    void smc(u16 imm) override;
    void brk(u16 imm) override;
    void hlt(u16 imm) override;
    u64 exception_link() override;
    void eret(u64 target) override;
    bool sign(a64::PacKey key, u64 modifier, u64& pointer) override;
    bool authenticate(a64::PacKey key, u64 modifier, bool combined, u64& pointer) override;
    u64 strip(bool data, u64 pointer) override;
    bool generic_code(u64 modifier, u64& value) override;
    void undefined(u32 word) override;
    void fp_trapped() override;
    void sp_alignment_fault() override;
    void illegal_state() override;
    void branch_target() override;
    void waypoint(const a64::Waypoint& w) override;
    u32 mark_at(u64 pa) override;
    void mark(u32 id) override;
    void log(u64 pc, u32 word) override;

    void sample(u64, u32) override {} // never due

private:
    struct Monitor {
        u64 address = no_monitor;
        u64 low = 0, high = 0;
    };

    /// QEMU has no other way to say that none is armed.
    static constexpr u64 no_monitor = ~u64{0};

    void write_code(std::span<const sequence> batch);
    Ended run_one(const sequence& c, u64 pc);
    void end(u32 kind, u64 address);
    bool at_ldapr() const;
    u8* translate(u64 va, const a64::Access& access, unsigned total_bytes);

    Executed executed_;
    std::vector<u8> memory_; ///< code and data areas, page aligned, with the hole between them
    u8* base_;               ///< host address of case_code_base
    PageWatch watch_;
    a64::State state_;
    std::unique_ptr<a64::Engine> engine_;
    Monitor monitor_;
    bool fill_ = false; ///< the software TLB is used in this case
    u32 kind_ = 0;
    u64 pc_ = 0, address_ = 0;
};

} // namespace sl::differential
