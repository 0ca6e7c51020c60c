/* SPDX-License-Identifier: MIT */
#include "ete.h"

#include "arch.h"

enum {
    /* TRCDEVARCH without REVISION: Arm, present, ETE or ETMv4. */
    DEVARCH_MASK = 0xfff0ffff,
    DEVARCH_ETE = 0x47705a13,
    DEVARCH_ETMV4 = 0x47704a13,
    /* TRCOSLSR.OSLM, bits 4, 3 and 0: the trace unit has an OS Lock of its own. */
    OSLM_MASK = 0x19,
    OSLM_OWN = 0x08,
    CLAIM_MASK = 3,
    CLAIM_SELF_HOSTED = 2,
    POLLS = 100,
    SYNC_PERIOD = 0xc, /* a synchronization every 4096 bytes */
    EVENT_ALWAYS = 1,
    CYCLE_THRESHOLD = 0x100,
};

bool ete_present(void)
{
    uint64_t architecture = 0;

    if (FIELD_GET(ID_AA64DFR0_EL1, TraceVer, sysreg_read(ID_AA64DFR0_EL1)) == 0) {
        return false;
    }
    architecture = sysreg_read(TRCDEVARCH) & DEVARCH_MASK;
    return architecture == DEVARCH_ETE || architecture == DEVARCH_ETMV4;
}

bool ete_is_etmv4(void)
{
    return (sysreg_read(TRCDEVARCH) & DEVARCH_MASK) == DEVARCH_ETMV4;
}

/** That of the trace unit (ETMv4), or the PE's, which an ETE obeys. */
static void unlock(void)
{
    if ((sysreg_read(TRCOSLSR) & OSLM_MASK) == OSLM_OWN) {
        sysreg_write(TRCOSLAR, 0);
    } else {
        sysreg_write(OSLAR_EL1, 0);
    }
    isb();
}

void ete_init(void)
{
    unlock();
    sysreg_write(TRCCLAIMCLR, CLAIM_SELF_HOSTED);
    isb();
}

static bool poll_status(uint64_t mask, uint64_t wanted)
{
    for (unsigned int i = 0; i < POLLS; i++) {
        if ((sysreg_read(TRCSTATR) & mask) == wanted) {
            return true;
        }
        isb();
    }
    return false;
}

static bool claim(void)
{
    if ((sysreg_read(TRCCLAIMCLR) & CLAIM_MASK) != 0) {
        return false;
    }
    sysreg_write(TRCCLAIMSET, CLAIM_SELF_HOSTED);
    isb();
    return (sysreg_read(TRCCLAIMCLR) & CLAIM_MASK) == CLAIM_SELF_HOSTED;
}

/** Which exception levels the trace unit leaves out, whatever the filters say. */
static uint64_t excluded_levels(const struct ete_config *config, uint64_t idr3)
{
    const uint64_t secure = (idr3 >> TRCIDR3_EXLEVEL_S_EL0_SHIFT) & 0xf;
    uint64_t nonsecure = 0; /* bit n: EL<n> */

    if (config->exclude_user) {
        nonsecure |= 1;
    }
#ifdef HOST_VHE
    if (config->exclude_kernel) {
        nonsecure |= 4;
    }
#else
    if (config->exclude_kernel) {
        nonsecure |= 2;
    }
    nonsecure |= 4; /* the hypervisor */
#endif
    return FIELD(TRCVICTLR, EXLEVEL_S, secure) | FIELD(TRCVICTLR, EXLEVEL_NS, nonsecure);
}

/** Registers that only a trace unit with resources, comparators and the like has. */
static void program_resources(uint64_t idr0, uint64_t idr4)
{
    const bool selectors = FIELD_GET(TRCIDR4, NUMRSPAIR, idr4) != 0;
    const bool addresses = FIELD_GET(TRCIDR4, NUMACPAIRS, idr4) != 0;

    if (selectors) {
        sysreg_write(TRCEVENTCTL0R, 0);
    }
    if (FIELD_GET(TRCIDR0, TSSIZE, idr0) != 0) {
        sysreg_write(TRCTSCTLR, 0);
    }
    if (FIELD_GET(TRCIDR0, TRCCCI, idr0) != 0) {
        sysreg_write(TRCCCCTLR, CYCLE_THRESHOLD);
    }
    if (FIELD_GET(TRCIDR0, TRCBB, idr0) != 0 && addresses) {
        sysreg_write(TRCBBCTLR, 0);
    }
    if (addresses) {
        sysreg_write(TRCVIIECTLR, 0);
        sysreg_write(TRCVISSCTLR, 0);
    }
}

bool ete_program(const struct ete_config *config)
{
    const uint64_t idr0 = sysreg_read(TRCIDR0), idr2 = sysreg_read(TRCIDR2);
    const uint64_t idr3 = sysreg_read(TRCIDR3), idr4 = sysreg_read(TRCIDR4);
    uint64_t configr = 0;

    unlock();
    if (!claim()) {
        return false;
    }
    sysreg_write(TRCPRGCTLR, 0);
    isb();
    if (!poll_status(FIELD_MASK(TRCSTATR, IDLE), FIELD(TRCSTATR, IDLE, 1))) {
        return false;
    }
    if (FIELD_GET(TRCIDR2, CIDSIZE, idr2) != 0) {
        configr |= FIELD(TRCCONFIGR, CID, 1);
    }
    sysreg_write(TRCCONFIGR, configr);
    sysreg_write(TRCAUXCTLR, 0);
    sysreg_write(TRCEVENTCTL1R, 0);
    if (FIELD_GET(TRCIDR3, STALLCTL, idr3) != 0) {
        sysreg_write(TRCSTALLCTLR, 0);
    }
    sysreg_write(TRCSYNCPR, SYNC_PERIOD);
    program_resources(idr0, idr4);
    sysreg_write(TRCTRACEIDR, config->trace_id);
    sysreg_write(TRCVICTLR, FIELD(TRCVICTLR, EVENT, EVENT_ALWAYS) | FIELD(TRCVICTLR, SSSTATUS, 1) |
                                excluded_levels(config, idr3));
    return true;
}

bool ete_enable(void)
{
    sysreg_write(TRCPRGCTLR, FIELD(TRCPRGCTLR, EN, 1));
    isb();
    if (!poll_status(FIELD_MASK(TRCSTATR, IDLE), 0)) {
        return false;
    }
    isb();
    return true;
}

bool ete_disable(void)
{
    const uint64_t control = sysreg_read(TRCPRGCTLR);
    bool settled = false;

    dsb(sy);
    isb();
    tsb_csync();
    sysreg_write(TRCPRGCTLR, control & ~FIELD_MASK(TRCPRGCTLR, EN));
    isb();
    settled = poll_status(FIELD_MASK(TRCSTATR, PMSTABLE), FIELD(TRCSTATR, PMSTABLE, 1));
    isb();
    if ((sysreg_read(TRCCLAIMCLR) & CLAIM_MASK) == CLAIM_SELF_HOSTED) {
        sysreg_write(TRCCLAIMCLR, CLAIM_SELF_HOSTED);
    }
    return settled;
}
