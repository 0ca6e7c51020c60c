// SPDX-License-Identifier: MIT
#pragma once

#include "pe_traced.h"
#include "rules/checker.h"
#include "rules/pe_subject.h"

namespace sl::rules::test {

using pe::Tables;

/// What a checker has found, as "TRBE-UNDRAINED: MSR TRBLIMITR_EL1 after TSB CSYNC".
class Found : public FindingSink {
public:
    void found(const Finding& finding) override
    {
        all.push_back(finding);
        texts.push_back(std::string{rule(finding.rule).name} + ": " + finding.at.text() +
                        " after " + finding.other.text());
    }

    std::vector<Finding> all;
    std::vector<std::string> texts;
};

using Texts = std::vector<std::string>;

/// A PE at EL2 under the checker: a host's tables at l1, EL1 owning the buffer, `va` and the page
/// behind it as the buffer's range, the guest's traps closed.
struct Checked : pe::TracedTables {
    static constexpr u64 base = va, limit = va + page_size, other_l1 = ram + 0x14'0000;
    static constexpr u64 guest_mdcr = sysreg::MDCR_EL2::TTRF::mask;

    explicit Checked(pe::AdversaryMode adversary = {}, std::vector<std::string> more = {})
        : TracedTables{adversary, std::move(more)}
    {
        map(0, (ram + 0x20'0000) | af | page);
        // Other tables: RAM is where it was, the buffer's page is elsewhere.
        w(other_l1 + 8) = ram | af | block;
        w(other_l1 + 16) = (other_l1 + 0x1000) | table;
        w(other_l1 + 0x1000) = (other_l1 + 0x2000) | table;
        w(other_l1 + 0x2000) = (ram + 0x21'0000) | af | page;
        stage1_el1();
        set(Reg::MDCR_EL2, e2tb_el1);
        set(Reg::TRBBASER_EL1, base);
        set(Reg::TRBPTR_EL1, base);
        set(Reg::OSLAR_EL1, 0);
        pe.attach(&checker);
    }

    void write(Reg reg, u64 value) { REQUIRE(msr(reg, value)); }

    void enable()
    {
        write(Reg::TRBLIMITR_EL1, limit | on);
        isb();
    }

    /// From EL2 to EL1 and back by HVC.
    void hvc_from_el1()
    {
        go(1);
        pe.hvc(0);
    }

    void psb() { pe.hint(17); }

    PeSubject subject{pe, &unit};
    Found found;
    Translations translations{found, watch};
    Checker checker{subject, found, translations};
};

} // namespace sl::rules::test
