// SPDX-License-Identifier: MIT
#include "debug/log_writer.h"
#include "debug/observer_set.h"
#include "debug/perfetto_writer.h"
#include "debug/transaction_writer.h"
#include "debug/vcd_writer.h"
#include "recorder_run.h"
#include "report/switch_report.h"

#include <catch2/catch.hpp>
#include <protozero/pbf_reader.hpp>

#include <map>
#include <optional>
#include <sstream>

using namespace sl;
using namespace sl::debug;
using namespace sl::test;
using Signal = Observer::Signal;

namespace {

const std::vector<RecordedPe> two_pes{{"cluster0.pe0", Clock{1'000'000'000}},
                                      {"cluster0.pe1", Clock{1'000'000'000}}};

/// A reader of VCD by IEEE 1364: values by full name and time.
struct Vcd {
    explicit Vcd(const std::string& text)
    {
        std::istringstream in{text};
        std::map<std::string, std::string> names; // by identifier
        std::string scope, token;
        std::optional<u64> now;
        while (in >> token) {
            if (token == "$scope") {
                std::string type, name, closing;
                in >> type >> name >> closing;
                scope += name + ".";
            } else if (token == "$upscope") {
                in >> token;
                scope.erase(scope.rfind('.', scope.size() - 2) + 1);
            } else if (token == "$var") {
                std::string type, width, id, name;
                in >> type >> width >> id >> name;
                names[id] = scope + name;
                types[scope + name] = type + " " + width;
                while (token != "$end")
                    in >> token;
            } else if (token == "$date" || token == "$version" || token == "$timescale") {
                const std::string key = token;
                while (in >> token && token != "$end")
                    header[key] += token + " ";
            } else if (token[0] == '#') {
                now = std::stoull(token.substr(1));
                CHECK(*now >= end);
                end = *now;
            } else if (token[0] == 'b' || token[0] == 's') {
                std::string id;
                in >> id;
                values[names.at(id)][now.value()] = token.substr(1);
            } else if (token[0] != '$') {
                values[names.at(token.substr(1))][now.value()] = token.substr(0, 1);
            } else if (token == "$enddefinitions") {
                in >> token;
            } else {
                CHECK((token == "$dumpvars" || token == "$end"));
            }
        }
        CHECK(scope.empty());
    }

    std::map<std::string, std::string> header, types;
    std::map<std::string, std::map<u64, std::string>> values;
    u64 end = 0;
};

using Changes = std::map<u64, std::string>;

/// A reader of the few Perfetto messages that matter here.
struct Timeline {
    struct Event {
        u64 ns = 0, track = 0, type = 0;
        std::string name;
        std::map<std::string, std::string> arguments;
    };

    explicit Timeline(const std::string& bytes)
    {
        protozero::pbf_reader trace{bytes};
        while (trace.next(1))
            packet(trace.get_message());
    }

    void packet(protozero::pbf_reader reader)
    {
        Event event;
        bool is_event = false;
        while (reader.next()) {
            switch (reader.tag()) {
            case 8:
                event.ns = reader.get_uint64();
                break;
            case 10:
                CHECK(reader.get_uint32() == 1);
                break;
            case 13:
                flags.push_back(reader.get_uint32());
                break;
            case 12:
                interned(reader.get_message());
                break;
            case 11:
                is_event = true;
                track_event(reader.get_message(), event);
                break;
            case 60:
                track(reader.get_message());
                break;
            default:
                FAIL("unknown field " << reader.tag());
            }
        }
        if (is_event)
            events.push_back(event);
    }

    void interned(protozero::pbf_reader reader)
    {
        while (reader.next()) {
            auto& names = reader.tag() == 2 ? event_names : argument_names;
            protozero::pbf_reader entry = reader.get_message();
            REQUIRE(entry.next(1));
            const u64 iid = entry.get_uint64();
            REQUIRE(entry.next(2));
            CHECK(names.emplace(iid, entry.get_string()).second);
        }
    }

    void track(protozero::pbf_reader reader)
    {
        u64 uuid = 0, parent = 0;
        std::string name;
        while (reader.next()) {
            if (reader.tag() == 1)
                uuid = reader.get_uint64();
            else if (reader.tag() == 2)
                name = reader.get_string();
            else if (reader.tag() == 5)
                parent = reader.get_uint64();
            else
                reader.skip();
        }
        CHECK(uuid != 0);
        CHECK(tracks.emplace(uuid, parent == 0 ? name : tracks.at(parent) + "/" + name).second);
    }

    void track_event(protozero::pbf_reader reader, Event& event)
    {
        while (reader.next()) {
            switch (reader.tag()) {
            case 9:
                event.type = reader.get_uint32();
                break;
            case 10:
                event.name = event_names.at(reader.get_uint64());
                break;
            case 11:
                event.track = reader.get_uint64();
                break;
            case 4: {
                protozero::pbf_reader argument = reader.get_message();
                REQUIRE(argument.next(1));
                std::string& value = event.arguments[argument_names.at(argument.get_uint64())];
                REQUIRE(argument.next());
                value = argument.tag() == 6 ? argument.get_string()
                                            : std::to_string(argument.get_uint64());
                break;
            }
            default:
                FAIL("unknown field " << reader.tag());
            }
        }
    }

    /// "begin name", "end" and "instant name" with their ns, of one track.
    std::vector<std::string> on(const std::string& track) const
    {
        std::vector<std::string> list;
        for (const Event& e : events) {
            if (tracks.at(e.track) != track)
                continue;
            const std::string kind = e.type == 1 ? "begin " : e.type == 2 ? "end" : "instant ";
            list.push_back(std::to_string(e.ns) + " " + kind + e.name);
        }
        return list;
    }

    std::vector<Event> events;
    std::vector<u64> flags;
    std::map<u64, std::string> tracks, event_names, argument_names;
};

using Lines = std::vector<std::string>;

/// One switch on PE 0 and a sleep on PE 1; times in ns are cycles.
void little_run(Observer& o, const Software& s)
{
    o.signal(0, 0, Signal::El, 2);
    o.signal(1, 0, Signal::El, 1);
    s.pass(o, "host work", 0, 10);
    s.pass(o, "vcpu", 0, 20, {0, 0, 0, 1});
    o.signal(0, 20, Signal::El, 1);
    o.signal(0, 20, Signal::Vmid, 0x15);
    s.pass(o, "guest", 0, 20);
    o.signal(1, 25, Signal::Halted, 1);
    o.signal(0, 27, Signal::Irq, 1);
    o.exception(0, 30, 1, 2, 0, 0x5a00'0000, 0x104); // HVC
    o.signal(0, 30, Signal::El, 2);
    s.pass(o, "vcpu", 0, 31, {0, 0, 0, 0});
    o.signal(0, 31, Signal::Vmid, 0);
    s.pass(o, "host work", 0, 31);
    o.exception(0, 32, 2, 2, 1, 0, 0x108);
    o.guest_error(0, 33, 1, 0x10c, "undefined register", 0x1234);
    o.signal(1, 40, Signal::Halted, 0);
    o.signal(0, 41, Signal::Irq, 0);
}

} // namespace

TEST_CASE("waves hold each signal's changes, and nothing but changes", "[vcd]")
{
    const Folder folder;
    const Software s = two_phases();
    Recorder recorder{s.table, two_pes};
    VcdWriter writer{folder / "waves.vcd", s.table, two_pes};
    recorder.add(writer);
    little_run(recorder, s);
    recorder.signal(0, 42, Signal::Irq, 0); // told again
    recorder.finish(50'000);

    const Vcd vcd{contents(folder / "waves.vcd")};
    CHECK(vcd.header.at("$timescale") == "1 ps ");
    CHECK(vcd.header.at("$date") == "time is simulated ");
    CHECK(vcd.end == 50'000);
    CHECK(vcd.values.size() == 2 * 13);
    const std::string pe0 = "sightline.cluster0.pe0.", pe1 = "sightline.cluster0.pe1.";
    CHECK(vcd.types.at(pe0 + "vmid") == "wire 16");
    CHECK(vcd.types.at(pe0 + "phase") == "string 1");
    // Values at time 0 are those after all changes there.
    CHECK(vcd.values.at(pe0 + "el") == Changes{{0, "10"}, {20'000, "1"}, {30'000, "10"}});
    CHECK(vcd.values.at(pe0 + "vmid") == Changes{{0, "0"}, {20'000, "10101"}, {31'000, "0"}});
    CHECK(vcd.values.at(pe0 + "vcpu") == Changes{{0, "0"}, {20'000, "1"}, {31'000, "0"}});
    CHECK(vcd.values.at(pe0 + "irq") == Changes{{0, "0"}, {27'000, "1"}, {41'000, "0"}});
    CHECK(vcd.values.at(pe0 + "phase") ==
          Changes{{0, "boot"}, {10'000, "host_work"}, {20'000, "guest"}, {31'000, "host_work"}});
    CHECK(vcd.values.at(pe1 + "halted") == Changes{{0, "10"}, {25'000, "1"}, {40'000, "0"}});
    CHECK(vcd.values.at(pe1 + "phase") == Changes{{0, "boot"}, {25'000, "idle"}, {40'000, "boot"}});
    CHECK(vcd.values.at(pe1 + "buffer_enabled") == Changes{{0, "0"}});
}

TEST_CASE("every wave has a value at time 0, though no event ever touches it", "[vcd]")
{
    const Folder folder;
    const Software s = two_phases();
    const std::vector<RecordedPe> pes{{"pe0", Clock{1'000'000'000}, 3},
                                      {"pe1", Clock{1'000'000'000}, 1}};
    Recorder recorder{s.table, pes};
    VcdWriter writer{folder / "waves.vcd", s.table, pes, {"uart0 (PL011)"}};
    recorder.add(writer);
    recorder.finish(1'000);

    const std::string text = contents(folder / "waves.vcd");
    const Vcd vcd{text};
    REQUIRE(vcd.values.size() == 2 * 13 + 1);
    CHECK(vcd.types.size() == vcd.values.size());
    for (const auto& [name, changes] : vcd.values) {
        INFO(name);
        REQUIRE(changes.size() == 1);
        CHECK(changes.begin()->first == 0);
        CHECK(changes.begin()->second.find_first_of("xz") == std::string::npos);
    }
    CHECK(vcd.values.at("sightline.pe0.el") == Changes{{0, "11"}});
    CHECK(vcd.values.at("sightline.pe1.el") == Changes{{0, "1"}});
    CHECK(vcd.values.at("sightline.pe1.halted") == Changes{{0, "10"}});
    for (const char* const line : {"vmid", "irq", "fiq", "virq", "vfiq", "maintenance_irq"})
        CHECK(vcd.values.at(std::string{"sightline.pe0."} + line) == Changes{{0, "0"}});
}

TEST_CASE("the timeline has a slice per state and an instant per event", "[perfetto]")
{
    const Folder folder;
    const Software s = two_phases();
    Recorder recorder{s.table, two_pes};
    const Symbolizer symbols;
    PerfettoWriter writer{folder / "timeline.pftrace", s.table, symbols, two_pes};
    recorder.add(writer);
    little_run(recorder, s);
    recorder.finish(50'000);

    const Timeline t{contents(folder / "timeline.pftrace")};
    CHECK(t.flags.at(0) == 1); // the sequence begins with cleared incremental state
    CHECK(t.tracks.size() == 12);
    CHECK(t.on("cluster0.pe0/phase") == Lines{"0 begin boot", "10 end", "10 begin host work",
                                              "20 end", "20 begin guest", "31 end",
                                              "31 begin host work", "50 end"});
    CHECK(t.on("cluster0.pe0/EL") ==
          Lines{"0 begin EL2", "20 end", "20 begin EL1", "30 end", "30 begin EL2", "50 end"});
    CHECK(t.on("cluster0.pe0/vCPU") == Lines{"20 begin vm0/vcpu0", "31 end"});
    CHECK(t.on("cluster0.pe0/exceptions and interrupts") ==
          Lines{"27 instant IRQ raised", "30 instant HVC to EL2", "32 instant IRQ to EL2",
                "33 instant guest error: undefined register"});
    CHECK(t.on("cluster0.pe1/phase") ==
          Lines{"0 begin boot", "25 end", "25 begin idle", "40 end", "40 begin boot", "50 end"});
    for (const Timeline::Event& e : t.events) {
        if (e.name == "HVC to EL2")
            CHECK(e.arguments ==
                  std::map<std::string, std::string>{{"cycle", "30"},
                                                     {"from EL", "1"},
                                                     {"PC", std::to_string(0x104)},
                                                     {"at", "0x104"},
                                                     {"ESR", std::to_string(0x5a00'0000)}});
    }
}

TEST_CASE("slices nest properly whatever happens", "[perfetto]")
{
    const Folder folder;
    const Software s = two_phases();
    Recorder recorder{s.table, two_pes};
    const Symbolizer symbols;
    PerfettoWriter writer{folder / "timeline.pftrace", s.table, symbols, two_pes};
    recorder.add(writer);
    random_run(recorder, s, 2, 11, [&](u64 cycle) { recorder.flush_until(cycle * 1'000); });
    recorder.finish(60'000'000);
    const Timeline t{contents(folder / "timeline.pftrace")};
    CHECK(t.events.size() > 1'000);
    std::map<u64, int> open;
    u64 last = 0;
    for (const Timeline::Event& e : t.events) {
        CHECK(e.ns >= last);
        last = e.ns;
        if (e.type == 1)
            CHECK(++open[e.track] == 1);
        else if (e.type == 2)
            CHECK(--open[e.track] == 0);
    }
    for (const auto& [track, count] : open)
        CHECK(count == 0);
}

TEST_CASE("the log has a line per instruction, with its symbol", "[log]")
{
    const Folder folder;
    const Software s = two_phases();
    ElfImage image;
    image.segments = {{.va = 0x100, .pa = 0x100, .size = 0x100, .executable = true}};
    image.symbols = {{.name = "handler", .address = 0x100, .size = 0x40, .function = true}};
    Symbolizer symbols;
    symbols.add(image, {.name = "hyp"});
    Recorder recorder{s.table, two_pes};
    LogWriter writer{folder / "log.txt", symbols, two_pes, {}};
    recorder.add(writer);
    recorder.instruction(0, 7, 2, 0, 0x104, 0xd503'3fdf);
    recorder.instruction(1, 5, 1, 21, 0xffff'8000'0000'1000, 0xd65f'03c0);
    recorder.exception(0, 8, 1, 2, 0, 0x5a00'0000, 0x108);
    recorder.exception(0, 9, 1, 2, 1, 0x1234, 0x108);
    recorder.guest_error(0, 10, 1, 0x10c, "undefined register", 0x1234);
    recorder.finish(20'000);
    CHECK(contents(folder / "log.txt") ==
          "         time ps  PE            EL   VMID  PC                  word      symbol\n"
          "            5000  cluster0.pe1  EL1    21  0xffff800000001000  d65f03c0  "
          "0xffff800000001000\n"
          "            7000  cluster0.pe0  EL2     0  0x0000000000000104  d5033fdf  "
          "hyp`handler+0x4\n"
          "            8000  cluster0.pe0  EL1 -> EL2  HVC, ESR 0x5a000000, at "
          "0x0000000000000108  hyp`handler+0x8\n"
          "            9000  cluster0.pe0  EL1 -> EL2  IRQ, at 0x0000000000000108  "
          "hyp`handler+0x8\n"
          "           10000  cluster0.pe0  EL1  guest error: undefined register (0x1234), at "
          "0x000000000000010c  hyp`handler+0xc\n");
}

TEST_CASE("the log keeps to its PEs, ELs, addresses and times", "[log]")
{
    const auto instruction = [](unsigned pe, u8 el, u64 pc, u64 ps) {
        Record r;
        r.kind = Record::Kind::Instruction;
        r.pe = pe;
        r.el = el;
        r.pc = pc;
        r.ps = ps;
        return r;
    };
    const LogFilter all;
    CHECK(all.wants(instruction(3, 3, ~u64{0}, ~u64{0})));
    LogFilter f;
    f.pes = {1, 2};
    f.els = {0, 1};
    f.addresses = {{0x100, 0x1ff}, {0x400, 0x400}};
    f.time_ps = {10, 20};
    CHECK(f.wants_pe(2));
    CHECK_FALSE(f.wants_pe(0));
    CHECK(f.wants(instruction(1, 0, 0x100, 10)));
    CHECK(f.wants(instruction(2, 1, 0x1ff, 20)));
    CHECK(f.wants(instruction(2, 1, 0x400, 20)));
    CHECK_FALSE(f.wants(instruction(0, 1, 0x100, 10)));
    CHECK_FALSE(f.wants(instruction(1, 2, 0x100, 10)));
    CHECK_FALSE(f.wants(instruction(1, 1, 0x200, 10)));
    CHECK_FALSE(f.wants(instruction(1, 1, 0x100, 9)));
    CHECK_FALSE(f.wants(instruction(1, 1, 0x100, 21)));
    // An exception belongs to both of its ends.
    Record exception = instruction(1, 2, 0x100, 10);
    exception.kind = Record::Kind::Exception;
    exception.to_el = 1;
    CHECK(f.wants(exception));
}

TEST_CASE("equal runs give equal files, and no output depends on another", "[recorder]")
{
    struct Files {
        std::string vcd, timeline, log, report;
    };

    const auto run = [](bool vcd, bool timeline, bool log, bool report) {
        const Folder folder;
        const Software s = two_phases();
        const Symbolizer symbols;
        ObserverSet observers;
        Recorder recorder{s.table, two_pes};
        std::optional<VcdWriter> vcd_writer;
        std::optional<PerfettoWriter> timeline_writer;
        std::optional<LogWriter> log_writer;
        if (vcd)
            recorder.add(vcd_writer.emplace(folder / "v", s.table, two_pes));
        if (timeline)
            recorder.add(timeline_writer.emplace(folder / "t", s.table, symbols, two_pes));
        if (log)
            recorder.add(log_writer.emplace(folder / "l", symbols, two_pes, LogFilter{}));
        report::Attribution attribution{s.table, 2};
        observers.add(recorder);
        if (report)
            observers.add(attribution);
        random_run(observers, s, 2, 5, [&](u64 cycle) { recorder.flush_until(cycle * 1'000); });
        recorder.finish(70'000'000);
        CHECK(recorder.late() == 0);
        Files files{contents(folder / "v"), contents(folder / "t"), contents(folder / "l"), ""};
        if (report) {
            attribution.finish(0, 70'000);
            attribution.finish(1, 70'000);
            files.report = report::SwitchReport::of(attribution, {{"a", 1}, {"b", 1}}).text();
        }
        return files;
    };
    const Files all = run(true, true, true, true);
    CHECK(all.vcd.size() > 10'000);
    CHECK(all.timeline.size() > 10'000);
    CHECK(all.log.size() > 10'000);
    const Files again = run(true, true, true, true);
    CHECK(all.vcd == again.vcd);
    CHECK(all.timeline == again.timeline);
    CHECK(all.log == again.log);
    CHECK(all.report == again.report);
    CHECK(run(true, false, false, false).vcd == all.vcd);
    CHECK(run(false, true, false, false).timeline == all.timeline);
    CHECK(run(false, false, true, false).log == all.log);
    CHECK(run(false, false, false, true).report == all.report);
}

namespace {

const std::vector<Target> memory_and_uart{{0x4000'0000, 0x1000, "ram", true},
                                          {0x900'0000, 0x1000, "uart0 (PL011)", false}};

Transaction transaction(Transaction::Kind kind, u64 pa, u8 bytes, u64 value)
{
    return {.kind = kind,
            .el = 1,
            .bytes = bytes,
            .vmid = 3,
            .pc = 0x104,
            .va = pa + 0x1'0000'0000,
            .pa = pa,
            .value = {value, 0}};
}

void little_traffic(Observer& o)
{
    using Kind = Transaction::Kind;
    o.transaction(0, 10, transaction(Kind::Read, 0x4000'0010, 8, 0xabc));
    o.transaction(1, 12, transaction(Kind::Write, 0x900'0000, 1, 'x'));
    o.transaction(0, 20, transaction(Kind::AtomicRead, 0x4000'0ffc, 4, 1));
    o.transaction(0, 20, transaction(Kind::AtomicWrite, 0x4000'0ffc, 4, 2));
    Transaction refused = transaction(Kind::Read, 0x5000'0000, 4, 0);
    refused.status = BusStatus::DecodeError;
    o.transaction(0, 30, refused);
    Transaction wide = transaction(Kind::Trace, 0x4000'0020, 16, 0x1122);
    wide.value[1] = 0xff;
    o.transaction(1, 40, wide);
}

std::string transactions_of(const TransactionFilter& filter)
{
    const Folder folder;
    const Software s = two_phases();
    Recorder recorder{s.table, two_pes};
    const Symbolizer symbols;
    TransactionWriter writer{folder / "transactions.log", symbols, two_pes, memory_and_uart,
                             filter};
    recorder.add(writer);
    little_traffic(recorder);
    recorder.finish(50'000);
    return contents(folder / "transactions.log");
}

/// The kinds and physical addresses of the lines.
Lines brief(const TransactionFilter& filter)
{
    std::istringstream in{transactions_of(filter)};
    Lines lines;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        std::istringstream words{line};
        std::string time, pe, el, vmid, pc, kind, va, pa;
        words >> time >> pe >> el >> vmid >> pc >> kind >> va >> pa;
        lines.push_back(kind + " " + pa);
    }
    return lines;
}

} // namespace

TEST_CASE("transactions are a table of who reached what, with which value", "[transactions]")
{
    CHECK(
        transactions_of({}) ==
        "         time ps  PE            EL   VMID  PC                  kind             VA        "
        "          PA                  bytes  value               where          symbol\n"
        "           10000  cluster0.pe0  EL1     3  0x0000000000000104  read             "
        "0x0000000140000010  0x0000000040000010      8  0xabc               ram            0x104\n"
        "           12000  cluster0.pe1  EL1     3  0x0000000000000104  write            "
        "0x0000000109000000  0x0000000009000000      1  0x78                uart0 (PL011)  0x104\n"
        "           20000  cluster0.pe0  EL1     3  0x0000000000000104  atomic-read      "
        "0x0000000140000ffc  0x0000000040000ffc      4  0x1                 ram            0x104\n"
        "           20000  cluster0.pe0  EL1     3  0x0000000000000104  atomic-write     "
        "0x0000000140000ffc  0x0000000040000ffc      4  0x2                 ram            0x104\n"
        "           30000  cluster0.pe0  EL1     3  0x0000000000000104  read             "
        "0x0000000150000000  0x0000000050000000      4  -                   nothing        0x104  "
        "refused\n"
        "           40000  cluster0.pe1  EL1     3  0x0000000000000104  trace            "
        "0x0000000140000020  0x0000000040000020     16  0xff0000000000001122  ram            "
        "0x104\n");
}

TEST_CASE("transactions keep to their PEs, kinds, addresses and times", "[transactions]")
{
    TransactionFilter pe;
    pe.pes = {1};
    CHECK(brief(pe) == Lines{"write 0x0000000009000000", "trace 0x0000000040000020"});
    CHECK(pe.wants_pe(1));
    CHECK_FALSE(pe.wants_pe(0));
    TransactionFilter kind;
    kind.kinds = {"atomic", "trace"};
    CHECK(brief(kind) == Lines{"atomic-read 0x0000000040000ffc", "atomic-write 0x0000000040000ffc",
                               "trace 0x0000000040000020"});
    // An access counts with all of its bytes.
    TransactionFilter address;
    address.addresses = {0x4000'0017, 0x4000'0fff};
    CHECK(brief(address) == Lines{"read 0x0000000040000010", "atomic-read 0x0000000040000ffc",
                                  "atomic-write 0x0000000040000ffc", "trace 0x0000000040000020"});
    address.addresses = {0x4000'0018, 0x4000'0020};
    CHECK(brief(address) == Lines{"trace 0x0000000040000020"});
    TransactionFilter time;
    time.time_ps = {12'000, 19'999};
    CHECK(brief(time) == Lines{"write 0x0000000009000000"});
    CHECK(transaction_groups() == Lines{"read", "write", "atomic", "exclusive", "walk", "trace"});
}

TEST_CASE("the timeline shows accesses to devices, and none to memory", "[perfetto]")
{
    const Folder folder;
    const Software s = two_phases();
    Recorder recorder{s.table, two_pes};
    const Symbolizer symbols;
    PerfettoWriter writer{folder / "timeline.pftrace", s.table, symbols, two_pes, memory_and_uart};
    recorder.add(writer);
    little_traffic(recorder);
    recorder.finish(50'000);

    const Timeline t{contents(folder / "timeline.pftrace")};
    CHECK(t.on("cluster0.pe0/device accesses").empty());
    CHECK(t.on("cluster0.pe1/device accesses") == Lines{"12 instant write uart0 (PL011)"});
    for (const Timeline::Event& e : t.events) {
        if (e.name == "write uart0 (PL011)")
            CHECK(e.arguments ==
                  std::map<std::string, std::string>{{"cycle", "12"},
                                                     {"EL", "1"},
                                                     {"PC", std::to_string(0x104)},
                                                     {"at", "0x104"},
                                                     {"PA", std::to_string(0x900'0000)},
                                                     {"bytes", "1"},
                                                     {"value", "0x78"}});
    }
}
