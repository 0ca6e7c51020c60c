/* SPDX-License-Identifier: MIT */
/**
 * Trace sessions, one per PE, as a profiler opens them: what is traced of host and guest, kernel
 * and user, and where it goes. Drives the ETE and the TRBE in the order of Linux' drivers, and
 * tells the hypervisor what the design of the switch has it told.
 */
#ifndef SW_HOST_SESSION_H
#define SW_HOST_SESSION_H

#include <stdbool.h>
#include <stdint.h>

struct pe;

enum session_sink {
    SESSION_TRBE, /* the PE's own trace buffer */
    SESSION_ATB,  /* the trace bus, and over it to memory if there is a path (path.h) */
};

struct session_options {
    enum session_sink sink;
    bool exclude_host, exclude_guest, exclude_kernel, exclude_user;
};

enum session_result {
    SESSION_STARTED,
    SESSION_NO_HARDWARE, /* no trace unit, no filter, or no buffer that is the host's */
    SESSION_REFUSED,     /* by the design */
    SESSION_TIMEOUT,     /* a trace unit or a link did not do what it was told */
};

struct session {
    bool has_unit, has_filter, has_buffer;
    uint32_t buffer_align; /* of the write pointer, bytes */
    uint64_t buffer;       /* virtual address; 0: not allocated yet */
    bool on;
    struct session_options options;
    uint64_t bytes;      /* captured since the start */
    uint32_t interrupts; /* of the buffer, since the start */
    uint32_t faults;     /* of them, those that were not a full buffer */
};

/** Finds out what this PE has, from its ID registers, and resets it. On the PE itself. */
void session_init(struct pe *pe);

/** "ETE, TRBE", for people. */
const char *session_hardware(const struct pe *pe);

/** Both on the PE itself. The second leaves `bytes` and the counts to be read. */
enum session_result session_start(struct pe *pe, const struct session_options *options);
void session_stop(struct pe *pe);

/** The trace buffer's interrupt. */
void session_buffer_interrupt(struct pe *pe);

#endif
