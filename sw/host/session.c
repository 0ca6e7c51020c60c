/* SPDX-License-Identifier: MIT */
#include "session.h"

#include "arch.h"
#include "ete.h"
#include "host.h"
#include "memory.h"
#include "path.h"
#include "trace.h"
#include "trbe.h"

enum { FIRST_TRACE_ID = 0x10 };

/* Bytes of each PE's trace buffer: whole pages. A run may set it. */
__attribute__((section(".data"), used)) volatile uint64_t host_trace_buffer = 0x10000;

#ifdef HOST_VHE
/* TRFCR_EL2, by the name that E2H redirects: the hypervisor's context IDs are traced, too. */
enum { FILTER_HOST_EXTRA = 1u << 3 };
#else
enum { FILTER_HOST_EXTRA = 0 };
#endif

void session_init(struct pe *pe)
{
    struct session *session = &pe->session;

    session->has_unit = ete_present();
    session->has_filter = FIELD_GET(ID_AA64DFR0_EL1, TraceFilt, sysreg_read(ID_AA64DFR0_EL1)) != 0;
    session->has_buffer = trbe_present(&session->buffer_align);
    if (session->has_unit) {
        ete_init();
    }
    if (session->has_buffer) {
        trbe_reset();
    }
}

const char *session_hardware(const struct pe *pe)
{
    const struct session *session = &pe->session;

    if (!session->has_unit) {
        return session->has_filter ? "trace filters, no trace unit" : "no trace unit";
    }
    if (!session->has_filter) {
        return "ETE, no trace filters";
    }
    return session->has_buffer ? "ETE and TRBE" : "ETE, no TRBE";
}

/**
 * Host's filter at once, then what the hypervisor shall do while in guest: the order of Linux'
 * etm4x_allow_trace() and etm4x_prohibit_trace().
 */
static void set_filters(struct pe *pe, uint64_t host, uint64_t guest)
{
    sysreg_write(TRFCR_EL1, host);
    isb();
    (void)trace_set_guest_filter(pe->cpu, guest, false);
}

static uint64_t buffer_limit(const struct session *session)
{
    return session->buffer + host_trace_buffer;
}

enum session_result session_start(struct pe *pe, const struct session_options *options)
{
    struct session *session = &pe->session;
    const struct ete_config config = {
        .exclude_kernel = options->exclude_kernel,
        .exclude_user = options->exclude_user,
        .trace_id = FIRST_TRACE_ID + 2 * pe->index,
    };
    const uint64_t filter = TRACE_FILTER_CLOSED |
                            (options->exclude_kernel ? 0 : TRACE_FILTER_KERNEL) |
                            (options->exclude_user ? 0 : TRACE_FILTER_USER);
    uint64_t daif = 0;
    bool started = false;

    if (!session->has_unit || !session->has_filter ||
        (options->sink == SESSION_TRBE && !session->has_buffer)) {
        return SESSION_NO_HARDWARE;
    }
    daif = irq_save();
    if (options->sink == SESSION_TRBE) {
        if (design_refuses_buffers((unsigned int)pe->cpu->design)) {
            irq_restore(daif);
            return SESSION_REFUSED;
        }
        if (session->buffer == 0) {
            session->buffer =
                (uint64_t)(uintptr_t)phys_to_virt(pages_alloc(host_trace_buffer / PAGE));
        }
        trbe_enable(pe->cpu, session->buffer, buffer_limit(session));
    }
    if (options->sink == SESSION_ATB && path_present() && !path_enable(pe->index)) {
        irq_restore(daif);
        return SESSION_TIMEOUT;
    }
    session->options = *options;
    session->bytes = 0;
    session->interrupts = 0;
    session->faults = 0;
    session->on = true;

    started = ete_program(&config);
    if (started) {
        sysreg_write(TRCRSR, FIELD(TRCRSR, TA, 1));
        set_filters(pe, options->exclude_host ? TRACE_FILTER_CLOSED : filter | FILTER_HOST_EXTRA,
                    options->exclude_guest ? TRACE_FILTER_CLOSED : filter);
        isb();
        started = ete_enable();
    }
    irq_restore(daif);
    if (!started) {
        session_stop(pe);
        return SESSION_TIMEOUT;
    }
    return SESSION_STARTED;
}

static void account(struct session *session, enum trbe_event event, uint64_t bytes)
{
    session->bytes += bytes;
    session->interrupts += event != TRBE_NOTHING;
    session->faults += event == TRBE_FAULT;
}

void session_stop(struct pe *pe)
{
    struct session *session = &pe->session;
    const uint64_t daif = irq_save();

    if (session->on) {
        set_filters(pe, TRACE_FILTER_CLOSED, trace_prohibited_guest_filter(pe->cpu));
        (void)ete_disable();
        if (session->options.sink == SESSION_TRBE) {
            uint64_t bytes = 0;
            const enum trbe_event event =
                trbe_disable(pe->cpu, session->buffer, buffer_limit(session), &bytes);

            account(session, event, bytes);
        } else if (path_present()) {
            const struct tmc_result result = path_disable(pe->index);

            session->bytes = result.bytes;
            session->faults = result.error;
        }
        session->on = false;
    }
    irq_restore(daif);
}

void session_buffer_interrupt(struct pe *pe)
{
    struct session *session = &pe->session;
    const uint64_t filter = sysreg_read(TRFCR_EL1);
    enum trbe_event event = TRBE_NOTHING;
    uint64_t bytes = 0;

    if (!session->on || !trbe_interrupting()) {
        return; /* taken care of between the interrupt and here */
    }
    sysreg_write(TRFCR_EL1, filter & ~(TRACE_FILTER_KERNEL | TRACE_FILTER_USER));
    isb();
    event = trbe_disable(pe->cpu, session->buffer, buffer_limit(session), &bytes);
    account(session, event, bytes);
    if (event == TRBE_FULL) {
        trbe_enable(pe->cpu, session->buffer, buffer_limit(session));
        sysreg_write(TRFCR_EL1, filter);
    }
}
