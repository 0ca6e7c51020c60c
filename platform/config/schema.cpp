// SPDX-License-Identifier: MIT
#include "config/schema.h"

#include <type_traits>

namespace sl::config {

namespace {

using Kind = Type::Kind;

template <class T>
struct IsOptional : std::false_type {
};

template <class T>
struct IsOptional<std::optional<T>> : std::true_type {
    using Inner = T;
};

/// Stores a value in member `m` of the section, which is a T.
template <class T, class M>
std::function<void(Section&, const Value&)> to(M T::*m)
{
    return [m](Section& s, const Value& v) {
        auto& member = static_cast<T&>(s).*m;
        if constexpr (IsOptional<M>::value)
            member = std::get<typename IsOptional<M>::Inner>(v);
        else
            member = std::get<M>(v);
    };
}

constexpr u64 KiB = 1024, max_address = (u64{1} << pa_bits) - 1;

Type number(u64 min, u64 max, u64 multiple = 1)
{
    return {.kind = Kind::Number, .min = min, .max = max, .multiple = multiple};
}

const Type flag{.kind = Kind::Flag}, text{.kind = Kind::Text}, name{.kind = Kind::Name},
    address = number(0, max_address), frame = number(0, max_address, 64 * KiB),
    page = number(0, max_address, page_size), numbers{.kind = Kind::Numbers};

Type choice(std::vector<std::string> of)
{
    return {.kind = Kind::Choice, .choices = std::move(of)};
}

Type duration(u64 min, u64 max)
{
    return {.kind = Kind::Duration, .min = min, .max = max};
}

constexpr u64 us = 1'000'000, second = 1'000'000'000'000;

Table trace_table()
{
    using T = TraceComponent;
    const Type frequency{.kind = Kind::Frequency, .min = 1'000'000, .max = 10'000'000'000},
        signals{.kind = Kind::Signals};
    return {
        .name = "trace",
        .array = true,
        .doc = "CoreSight components and how they are connected: any graph without cycles.",
        .keys =
            {
                {"name", name, Key::required, "names the component", to(&T::name)},
                {"kind",
                 choice({"ete", "trbe", "bridge", "funnel", "replicator", "etb", "etf", "etr",
                         "tpiu", "stm", "cti"}),
                 Key::required,
                 "`ete`: a trace unit in each PE; `trbe`: a trace buffer in each PE; `bridge`: a "
                 "link "
                 "with a width and a clock; `funnel`: several ATBs into one; `replicator`: one "
                 "into "
                 "two; `etb`, `etf`, `etr`: a Trace Memory Controller with RAM, with RAM and an "
                 "ATB "
                 "out, with system memory; `tpiu`: a trace port; `stm`: trace by software; `cti`: "
                 "a "
                 "cross trigger interface, all of them on one matrix",
                 to(&T::kind)},
                {"architecture",
                 choice({"ete", "etmv4"}),
                 "\"ete\"",
                 "`ete`: the Embedded Trace Extension, for PEs with FEAT_ETE; `etmv4`: that of "
                 "older "
                 "PEs, with FEAT_ETMv4, which has no trace buffer",
                 to(&T::architecture),
                 {"ete"}},
                {"clusters",
                 {.kind = Kind::Names},
                 Key::absent,
                 "the clusters whose PEs have it; without this key, all",
                 to(&T::clusters),
                 {"ete", "trbe"}},
                {"to",
                 {.kind = Kind::Ports},
                 Key::absent,
                 "what takes its output; an `ete` may have a `trbe` and an ATB: trace goes to the "
                 "buffer while that is enabled, else to the ATB; a `replicator` has two. NAME:PORT "
                 "is an input of a funnel, NAME alone the first that is free; an `ete` takes one "
                 "for "
                 "each PE, from PORT on",
                 to(&T::to),
                 {"ete", "bridge", "funnel", "replicator", "etf", "stm"}},
                {"ppi", number(16, 31), "18", "INTID of its interrupt", to(&T::ppi), {"trbe"}},
                {"fifo",
                 {.kind = Kind::Bytes, .min = 256, .max = 65536},
                 "512",
                 "how much trace it holds before its link has taken it",
                 to(&T::fifo),
                 {"ete", "stm"}},
                {"link_bytes",
                 number(1, 16),
                 "8",
                 "width of its output; 1, 2, 4, 8 or 16",
                 to(&T::link_bytes),
                 {"ete", "bridge", "funnel", "etf", "stm"}},
                {"link_clock",
                 frequency,
                 Key::absent,
                 "transfers per second on that link; without this key, one in each cycle of the "
                 "cluster's clock",
                 to(&T::link_clock),
                 {"ete"}},
                {"memory_latency",
                 duration(0, 100 * us),
                 "\"100 ns\"",
                 "from the link to the buffer in memory; TSB CSYNC waits for it",
                 to(&T::memory_latency),
                 {"ete"}},
                {"resources",
                 choice({"none", "core", "full"}),
                 "\"core\"",
                 "its comparators, counters and the like; `core`: those of Arm's cores, `full`: as "
                 "many as there can be. Linux's driver needs some",
                 to(&T::resources),
                 {"ete"}},
                {"clock",
                 frequency,
                 "500_000_000",
                 "its clock: a beat, a word of memory, or a transfer of the port in each cycle",
                 to(&T::clock),
                 {"bridge", "funnel", "etb", "etf", "etr", "tpiu"}},
                {"base",
                 page,
                 Key::absent,
                 "base of its registers, 4 KiB; without this key, 0x0c00_0000 and 4 KiB for each "
                 "component with registers before it in the file. Of an `ete` of architecture "
                 "`etmv4`, 4 KiB for each PE; without this key, it has system registers alone",
                 to(&T::base),
                 {"ete", "funnel", "replicator", "etb", "etf", "etr", "tpiu", "stm", "cti"}},
                {"programmable",
                 flag,
                 "true",
                 "false: a static one, without registers",
                 to(&T::programmable),
                 {"funnel", "replicator"}},
                {"ports",
                 number(2, 8),
                 Key::absent,
                 "inputs; without this key, as many as are connected",
                 to(&T::ports),
                 {"funnel"}},
                {"size",
                 {.kind = Kind::Bytes, .min = 64, .max = u64{1} << 32},
                 "\"16 KiB\"",
                 "bytes of RAM: a power of two",
                 to(&T::size),
                 {"etb", "etf"}},
                {"memory_bytes",
                 number(4, 32),
                 "8",
                 "width of its memory; 4, 8, 16 or 32",
                 to(&T::memory_bytes),
                 {"etb", "etf", "etr"}},
                {"write_buffer",
                 number(1, 128),
                 "4",
                 "frames of 16 bytes that wait for memory: a power of two",
                 to(&T::write_buffer),
                 {"etr"}},
                {"scatter_gather",
                 flag,
                 "true",
                 "its buffer may be scattered over pages",
                 to(&T::scatter_gather),
                 {"etr"}},
                {"spi",
                 number(0, 959),
                 Key::absent,
                 "the interrupt that its FULL output drives: INTID 32 + spi; without this key, "
                 "none",
                 to(&T::spi),
                 {"etb", "etf", "etr"}},
                {"port_bits",
                 number(1, 32),
                 "32",
                 "width of the port",
                 to(&T::port_bits),
                 {"tpiu"}},
                {"file",
                 text,
                 Key::absent,
                 "what leaves the port, in the run's folder; without this key, its name and `.bin`",
                 to(&T::file),
                 {"tpiu"}},
                {"stimulus",
                 page,
                 Key::absent,
                 "base of the stimulus ports, 256 bytes each; without this key, 0x0d00_0000",
                 to(&T::stimulus),
                 {"stm"}},
                {"stimulus_ports",
                 number(32, 65536, 32),
                 "256",
                 "stimulus ports",
                 to(&T::stimulus_ports),
                 {"stm"}},
                {"inputs",
                 signals,
                 Key::absent,
                 "what drives its trigger inputs, from 0 on: `full` and `acqcomp` of an `etb`, "
                 "`etf` "
                 "or `etr`; `software` (STMSPTRIGCSR, a trigger write) and `port` (STMSPTER) of an "
                 "`stm`; `PE.eventN` of an `ete`: external output N, 0 to 3, of the trace unit of "
                 "that PE (TRCEVENTCTL0R)",
                 to(&T::inputs),
                 {"cti"}},
                {"outputs",
                 signals,
                 Key::absent,
                 "what its trigger outputs drive, from 0 on: `trigger` and `flush` of an `etb`, "
                 "`etf`, `etr` or `tpiu`; `gic.N` for the shared interrupt N, which software "
                 "acknowledges in CTIINTACK; `PE.inN` of an `ete`: event 0x4018 + N of that PE's "
                 "trace unit, N from 0 to 3, for its external inputs (TRCEXTINSELR<n>)",
                 to(&T::outputs),
                 {"cti"}},
                {"matrix_latency",
                 duration(0, 100 * us),
                 "\"0 ns\"",
                 "what an event takes from this one to the others on the matrix",
                 to(&T::matrix_latency),
                 {"cti"}},
            },
        .open = [](Config& c) -> Section& { return c.trace.emplace_back(); }};
}

std::vector<Table> make_schema()
{
    std::vector<Table> all;

    all.push_back({.name = "",
                   .doc = "The platform as a whole.",
                   .keys = {{"name", name, Key::required,
                             "names the platform in reports and output folders", to(&Config::name)},
                            {"description", text, Key::absent, "one line for `sightline describe`",
                             to(&Config::description)}},
                   .open = [](Config& c) -> Section& { return c; }});

    all.push_back(
        {.name = "cluster",
         .array = true,
         .required = true,
         .doc = "PEs of one kind. Clusters are numbered in the order of the file: MPIDR_EL1.Aff1 "
                "is the cluster, Aff0 the PE in it.",
         .keys =
             {{"name", name, Key::required, "names the cluster", to(&Cluster::name)},
              {"core", text, Key::required,
               "core profile: NAME stands for cores/NAME.toml beside this file, or else of those "
               "that come with Sightline; a path with a `/` is relative to this file",
               to(&Cluster::core)},
              {"pes", number(1, 16), Key::required, "processing elements", to(&Cluster::pes)},
              {"clock",
               {.kind = Kind::Frequency, .min = 1'000'000, .max = 10'000'000'000},
               Key::required,
               "the cluster's clock",
               to(&Cluster::clock)},
              {"features",
               {.kind = Kind::FlagTable},
               Key::absent,
               "architecture features added to (true) or taken from (false) those of the profile",
               to(&Cluster::features)},
              {"overrides",
               {.kind = Kind::NumberTable},
               Key::absent,
               "parameters of the core profile to be changed here, caches included: "
               "`overrides.l2.size = 2097152`",
               to(&Cluster::overrides)}},
         .open = [](Config& c) -> Section& { return c.clusters.emplace_back(); }});

    all.push_back(
        {.name = "memory",
         .array = true,
         .required = true,
         .doc = "Memory. It takes room on the host only where it is written.",
         .keys =
             {{"name", name, Key::required, "names the memory", to(&Memory::name)},
              {"kind", choice({"ram", "rom"}), "\"ram\"",
               "stores to a `rom` end in an external abort", to(&Memory::kind)},
              {"base", page, Key::required, "first physical address", to(&Memory::base)},
              {"size",
               {.kind = Kind::Bytes, .min = page_size, .max = u64{1} << 40, .multiple = page_size},
               Key::required,
               "length",
               to(&Memory::size)},
              {"latency", duration(0, 100 * us), "\"0 ns\"",
               "of an access that goes over the bus (table walks and the trace buffer; loads "
               "and stores cost what the core profile says)",
               to(&Memory::latency)}},
         .open = [](Config& c) -> Section& { return c.memories.emplace_back(); }});

    all.push_back(
        {.name = "gic",
         .doc = "The GICv3.",
         .keys = {{"distributor", frame, "0x0800_0000", "base of GICD, 64 KiB",
                   to(&Gic::distributor)},
                  {"redistributors", frame, "0x080a_0000", "base of GICR, 128 KiB for each PE",
                   to(&Gic::redistributors)},
                  {"spis", number(32, 960, 32), "256", "shared interrupts, INTID 32 upwards",
                   to(&Gic::spis)},
                  {"list_registers", number(1, 16), "4", "ICH_LR<n>_EL2", to(&Gic::list_registers)},
                  {"priority_bits", number(5, 8), "5", "implemented bits of a priority",
                   to(&Gic::priority_bits)},
                  {"maintenance", number(16, 31), "25",
                   "INTID of the virtual CPU interface's maintenance interrupt",
                   to(&Gic::maintenance)}},
         .open = [](Config& c) -> Section& { return c.gic; }});

    all.push_back(
        {.name = "uart",
         .array = true,
         .doc = "PL011 serial ports. What software sends to the first is the console.",
         .keys = {{"name", name, Key::required, "names the port", to(&Uart::name)},
                  {"base", page, "0x0900_0000", "base of its registers, 4 KiB", to(&Uart::base)},
                  {"spi", number(0, 959), "1", "its interrupt: INTID 32 + spi", to(&Uart::spi)}},
         .open = [](Config& c) -> Section& { return c.uarts.emplace_back(); }});

    all.push_back({.name = "timer",
                   .doc = "The system counter, and with it every generic timer.",
                   .keys = {{"frequency",
                             {.kind = Kind::Frequency, .min = 1'000'000, .max = 1'000'000'000},
                             "62_500_000",
                             "counts per second, and the reset value of CNTFRQ_EL0",
                             to(&Timer::frequency)}},
                   .open = [](Config& c) -> Section& { return c.timer; }});

    all.push_back(
        {.name = "profiling",
         .doc = "Statistical Profiling, in the PEs of clusters with `FEAT_SPE`.",
         .keys = {{"pmbirq", number(16, 31), "21", "INTID of the profiling buffer's interrupt",
                   to(&Profiling::pmbirq)},
                  {"memory_latency", duration(0, 100 * us), "\"100 ns\"",
                   "from the end of a record to memory; a DSB after PSB CSYNC waits for it",
                   to(&Profiling::memory_latency)},
                  {"seed", number(1, 0xffff'ffff), "1",
                   "of the jitter that PMSIRR_EL1.RND adds, together with the PE's number",
                   to(&Profiling::seed)}},
         .open = [](Config& c) -> Section& { return c.profiling; }});

    all.push_back(trace_table());

    all.push_back(
        {.name = "image",
         .array = true,
         .required = true,
         .doc = "Software: AArch64 ELF executables, loaded where their program headers say, and "
                "flat binaries.",
         .keys =
             {{"name", name, Key::required, "names the image", to(&Image::name)},
              {"file", text, Key::required,
               "looked for in this file's folder, then among the software built with Sightline",
               to(&Image::file)},
              {"load", address, Key::absent, "of a flat binary, which needs it: where it is loaded",
               to(&Image::load)},
              {"entry_pe", number(0, 1023), Key::absent,
               "the PE that starts here; all others wait for PSCI CPU_ON", to(&Image::entry_pe)},
              {"entry_el", number(1, 3), "2",
               "the exception level that the PE starts in; 3 gives all PEs an EL3, and takes away "
               "the built-in PSCI",
               to(&Image::entry_el)},
              {"entry", address, Key::absent,
               "where the PE starts; without this key, at the ELF's entry point or the first byte",
               to(&Image::entry)},
              {"x0", number(0, ~u64{0} >> 1), "0", "X0 at the start", to(&Image::x0)},
              {"parameters",
               {.kind = Kind::NumberTable},
               Key::absent,
               "64-bit values put into variables of an ELF, by symbol",
               to(&Image::parameters)},
              {"aliases", numbers, Key::absent,
               "further virtual addresses at which an ELF's lowest linked byte executes, such as "
               "that of a guest before it has switched its MMU on: for symbols and trace decoders",
               to(&Image::aliases)}},
         .open = [](Config& c) -> Section& { return c.images.emplace_back(); }});

    all.push_back(
        {.name = "run",
         .doc = "When a run ends, besides PSCI SYSTEM_OFF, and what it meets until then.",
         .keys =
             {{"max_time", duration(us, 1'000'000 * second), "\"60 s\"", "simulated time",
               to(&Run::max_time)},
              {"max_instructions", number(0, ~u64{0} >> 1), "0",
               "instructions of all PEs together; 0: no such limit", to(&Run::max_instructions)},
              {"quantum", duration(us / 10, 10'000 * us), "\"10 us\"",
               "how far a PE may run ahead of the others in functional fidelity; in annotated "
               "fidelity it is never more than the least `cross_pe_latency` of the profiles",
               to(&Run::quantum)},
              {"adversary", text, "\"sync\"",
               "when a system register write reaches table walks, trace unit, profiler and their "
               "buffers: "
               "`sync` at the MSR, `late` at the next context synchronization event, `mixed` at "
               "the MSR if it enables something, else at the event, `random:SEED` anywhere "
               "between; with `+prefetch` an enabled trace or profiling buffer translates ahead "
               "whenever it may",
               to(&Run::adversary)},
              {"inject", text, "\"\"",
               "an interrupt that is raised once: `INTID@SYMBOL#PLACE` or "
               "`INTID@SYMBOL/CALL#PLACE`, before the instruction number PLACE that PE 0 executes, "
               "at one exception level, in the call number CALL of a function; nothing: none",
               to(&Run::inject)}},
         .open = [](Config& c) -> Section& { return c.run; }});

    all.push_back(
        {.name = "fidelity",
         .doc = "How time is counted.",
         .keys = {{"mode", choice({"functional", "annotated"}), "\"annotated\"",
                   "`functional`: a fixed cost per instruction; `annotated`: what the core profile "
                   "says",
                   to(&Fidelity::mode)},
                  {"switch_at", text, Key::absent,
                   "symbol of an image: when a PE first executes it, the run goes over from "
                   "functional to annotated",
                   to(&Fidelity::switch_at)}},
         .open = [](Config& c) -> Section& { return c.fidelity; }});

    all.push_back(
        {.name = "outputs",
         .doc = "What a run writes into its folder. None of it changes a cycle.",
         .keys =
             {{"console", flag, "true", "console.log: what software sent to the first UART",
               to(&Outputs::console)},
              {"report", flag, "true", "report.txt, .csv and .json: the world-switch report",
               to(&Outputs::report)},
              {"statistics", flag, "true", "statistics.json", to(&Outputs::statistics)},
              {"trace", flag, "true",
               "trace/: an OpenCSD snapshot of what TRBEs and trace memory controllers captured",
               to(&Outputs::trace)},
              {"waves", flag, "false", "waves.vcd, for GTKWave", to(&Outputs::waves)},
              {"timeline", flag, "false", "timeline.perfetto-trace, for Perfetto",
               to(&Outputs::timeline)},
              {"log", flag, "false", "instructions.log, as [log] says", to(&Outputs::log)},
              {"transactions", flag, "false",
               "transactions.log: data accesses to memory and devices, as [transactions] says; "
               "a run takes several times as long",
               to(&Outputs::transactions)},
              {"findings", flag, "false",
               "findings.json, and a part of the report: where software breaks the rules of "
               "docs/rules.md",
               to(&Outputs::findings)}},
         .open = [](Config& c) -> Section& { return c.outputs; }});

    all.push_back(
        {.name = "log",
         .doc = "What outputs.log takes in; every key narrows it.",
         .keys = {{"pes", numbers, Key::absent, "only these PEs", to(&Log::pes)},
                  {"els", numbers, Key::absent, "only at these exception levels", to(&Log::els)},
                  {"first_address", address, Key::absent, "only from this PC on",
                   to(&Log::first_address)},
                  {"last_address", address, Key::absent, "only up to this PC",
                   to(&Log::last_address)},
                  {"from", duration(0, 1'000'000 * second), Key::absent, "only from this time on",
                   to(&Log::from)},
                  {"to", duration(0, 1'000'000 * second), Key::absent, "only before this time",
                   to(&Log::to)}},
         .open = [](Config& c) -> Section& { return c.log; }});

    all.push_back(
        {.name = "transactions",
         .doc = "What outputs.transactions takes in; every key narrows it.",
         .keys = {{"pes", numbers, Key::absent, "only of these PEs", to(&Transactions::pes)},
                  {"kinds",
                   {.kind = Kind::Names},
                   Key::absent,
                   "only of these kinds: `read`, `write`, `atomic`, `exclusive`, `walk` "
                   "(descriptors that table walks read), `trace` (what trace buffers write)",
                   to(&Transactions::kinds)},
                  {"first_address", address, Key::absent, "only from this physical address on",
                   to(&Transactions::first_address)},
                  {"last_address", address, Key::absent, "only up to this physical address",
                   to(&Transactions::last_address)},
                  {"from", duration(0, 1'000'000 * second), Key::absent, "only from this time on",
                   to(&Transactions::from)},
                  {"to", duration(0, 1'000'000 * second), Key::absent, "only before this time",
                   to(&Transactions::to)}},
         .open = [](Config& c) -> Section& { return c.transactions; }});
    return all;
}

} // namespace

std::span<const Table> schema()
{
    static const std::vector<Table> all = make_schema();
    return all;
}

} // namespace sl::config
