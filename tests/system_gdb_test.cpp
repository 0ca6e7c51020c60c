// SPDX-License-Identifier: MIT
#include "sightline_process.h"

#include <chrono>
#include <cstdlib>
#include <thread>

using namespace sl;
using namespace sl::test;
using Catch::Contains;

// Sightline under Debian's gdb-multiarch, which nobody here wrote.

namespace {

/// What a run that waits for a debugger, and the debugger that runs `script`, leave behind.
struct Debugged : Folder {
    Debugged(const std::vector<std::string>& run, const std::string& script)
    {
        const std::string socket = path() / "gdb.socket";
        std::vector<std::string> arguments = run;
        arguments.insert(arguments.end(), {"--out", (path() / "out").string(), "--gdb",
                                           "unix:" + socket, "--gdb-wait"});
        const Sightline process{*this, arguments};
        for (int i = 0; i < 1200 && !std::filesystem::exists(socket); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
        const auto commands = write("commands.gdb", "set pagination off\nset confirm off\n"
                                                    "set width 0\nset remotetimeout 120\n"
                                                    "set debuginfod enabled off\n" +
                                                        script);
        const std::string connect = "-ex 'target remote " + socket + "'";
        const std::string log = path() / "gdb.log";
        const std::string command = "timeout 240 gdb-multiarch -nx -batch " + connect + " -x " +
                                    commands.string() + " >" + log + " 2>&1 </dev/null";
        gdb_status = std::system(command.c_str());
        if (gdb_status != 0)
            process.send(SIGTERM);
        finished = process.wait();
        gdb = contents(log);
    }

    std::string file(const std::string& name) const { return contents(path() / "out" / name); }

    int gdb_status = -1;
    std::string gdb;
    Finished finished;
};

} // namespace

TEST_CASE("gdb debugs the hypervisor, a guest and every PE, and lets go", "[gdb]")
{
    const std::string mode = GENERATE("functional", "annotated");
    INFO(mode);
    const std::string sw = SOFTWARE;
    const Debugged run{{"run", SOURCE "/configs/nvhe.toml", "--set", "fidelity.mode=" + mode,
                        "--set", "image.host.parameters.host_samples=2", "--set",
                        "image.host.parameters.host_warmup=0", "--set",
                        "image.host.parameters.host_sessions=0", "--set",
                        "image.host.parameters.host_designs=1"},
                       "file " + sw + "/hyp.elf\nadd-symbol-file " + sw +
                           "/host.elf\nadd-symbol-file " + sw + R"(/guest.elf
hbreak guest_enter
continue
printf "<1> EL%d at guest_enter: %d\n", ($cpsr >> 2) & 3, $pc == (unsigned long)&guest_enter
delete
set $n = 0
while (($cpsr >> 2) & 3) == 2 && $n < 300
  stepi
  set $n = $n + 1
end
printf "<2> EL%d, VM %d, HCR_EL2.VM %d\n", ($cpsr >> 2) & 3, ($VTTBR_EL2 >> 48) != 0, $HCR_EL2 & 1
printf "<3> ELR_EL2 is where it is: %d\n", $ELR_EL2 == $pc
eval "monitor translate %#lx", $pc
monitor exceptions
monitor gic
break *guest_main
continue
printf "<4> EL%d in guest_main: %d\n", ($cpsr >> 2) & 3, $pc == (unsigned long)&guest_main
delete
set $mailbox = $x0
rwatch *(unsigned long *)$mailbox
continue
printf "<5> EL%d reads the mailbox\n", ($cpsr >> 2) & 3
eval "monitor translate %#lx", $pc
monitor tlb
monitor save so-far
monitor save ../elsewhere
delete
info threads
thread apply all -s backtrace 3
printf "<6> MIDR_EL1 %#lx, v0 %#lx\n", $MIDR_EL1, $v0.u64[0] & 0
detach
)"};
    INFO(run.gdb);
    INFO(run.finished.err);
    CHECK(run.gdb_status == 0);
    CHECK(run.finished.status == 0);
    CHECK_THAT(run.gdb, Contains("<1> EL2 at guest_enter: 1"));
    CHECK_THAT(run.gdb, Contains("<2> EL1, VM 1, HCR_EL2.VM 1"));
    CHECK_THAT(run.gdb, Contains("<3> ELR_EL2 is where it is: 1"));
    // Of the guest's first instruction, before it has switched its stage 1 on.
    CHECK_THAT(run.gdb, Contains("0x80000000 -> IPA 0x80000000 -> 0x40") &&
                            Contains(", Device (MAIR 0x00)"));
    CHECK_THAT(run.gdb, Contains(", Normal (MAIR"));
    CHECK_THAT(run.file("so-far/run.txt"), Contains("has not ended"));
    CHECK_THAT(run.file("so-far/report.txt"), Contains("a debugger has saved this"));
    CHECK_THAT(run.gdb, Contains("so-far/statistics.json") && Contains("save wants a name"));
    CHECK_THAT(run.gdb, Contains("EL2  ESR "));
    CHECK_THAT(run.gdb, Contains("ICH_HCR "));
    CHECK_THAT(run.gdb, Contains(" EL1&0 ") && Contains(" stage 2"));
    CHECK_THAT(run.gdb, Contains("<4> EL1 in guest_main: 1"));
    CHECK_THAT(run.gdb, Contains("read watchpoint") && Contains("<5> EL1 reads the mailbox"));
    for (const char* thread : {"Thread 1 ", "Thread 2 ", "Thread 3 ", "Thread 4 "})
        CHECK_THAT(run.gdb, Contains(thread));
    CHECK_THAT(run.gdb, Contains("#1 "));
    CHECK_THAT(run.gdb, Contains("<6> MIDR_EL1 0x41"));
    CHECK_THAT(run.gdb, Contains("detached"));
}

TEST_CASE("a debugger that only lets it run changes no byte of a report", "[gdb]")
{
    const std::string mode = GENERATE("functional", "annotated");
    // Breakpoints are passed by single steps while the other PEs are held: with one PE, that is no
    // difference either.
    const unsigned pes = GENERATE(1u, 2u);
    INFO(mode << ", " << pes << " PEs");
    const std::string platform = platform_for(
        "work", 1, pes, "[fidelity]\nmode = \"" + mode + "\"\n[outputs]\nwaves = true\n");
    const std::string parameter = "image.program.parameters.pes=" + std::to_string(pes);
    const ProgramRun alone{platform, {"--set", parameter}};
    REQUIRE(alone.result.status == 0);

    const Folder folder;
    const auto config = folder.write("platform.toml", platform);
    const std::string stops = R"(
break work
commands
silent
set $hits = $hits + 1
continue
end
set $hits = 0
break fibonacci if $x0 == 8
commands
silent
set $hits = $hits + 1
continue
end
watch *(unsigned long *)&finished
commands
silent
set $hits = $hits + 1
continue
end
)";
    const Debugged run{{"run", config.string(), "--set", parameter},
                       "file " PROGRAMS "/work.elf\n" + (pes == 1 ? stops : std::string{}) +
                           "continue\nprintf \"hits %d\\n\", $hits\n"};
    INFO(run.gdb);
    INFO(run.finished.err);
    CHECK(run.finished.status == 0);
    CHECK_THAT(run.gdb, Contains("exited normally"));
    if (pes == 1)
        CHECK_THAT(run.gdb, Contains("hits 2\n")); // of work() and of its store
    for (const char* name : {"console.log", "statistics.json", "report.json", "waves.vcd"}) {
        INFO(name);
        CHECK(run.file(name) == alone.file(name));
    }
}

TEST_CASE("memory is written, code with it, and one PE is stepped alone", "[gdb]")
{
    const Folder folder;
    const auto config = folder.write("platform.toml", platform_for("work", 1, 2));
    const Debugged run{{"run", config.string(), "--set", "image.program.parameters.pes=2"},
                       "file " PROGRAMS "/work.elf\n"
                       R"(
break work
continue
set $a = *(unsigned int *)$pc
set var *(unsigned int *)$pc = 0xd503201f
printf "<1> %#x\n", *(unsigned int *)$pc
set var *(unsigned int *)$pc = $a
printf "<2> %d\n", *(unsigned int *)$pc == $a
monitor physical on
printf "<3> %d\n", *(unsigned int *)$pc == $a
monitor physical off
set scheduler-locking on
set $here = $_thread
set $other = 3 - $here
eval "thread %d", $other
set $before = $pc
set $x9 = 0x1234
eval "thread %d", $here
stepi
stepi
eval "thread %d", $other
printf "<4> %d %#lx\n", $pc == $before, $x9
set var *(unsigned long *)&loops = 1
printf "<5> %d\n", *(unsigned long *)&loops
monitor nonsense
python
try:
    gdb.execute("print *(unsigned char *)0xffff00000000")
except gdb.error as e:
    print(e)
end
kill
)"};
    INFO(run.gdb);
    CHECK_THAT(run.gdb, Contains("<1> 0xd503201f"));
    CHECK_THAT(run.gdb, Contains("<2> 1"));
    CHECK_THAT(run.gdb, Contains("<3> 1"));
    CHECK_THAT(run.gdb, Contains("<4> 1 0x1234"));
    CHECK_THAT(run.gdb, Contains("<5> 1"));
    CHECK_THAT(run.gdb, Contains("Cannot access memory at address 0xffff00000000"));
    CHECK_THAT(run.gdb, Contains("There is no command \"nonsense\""));
    CHECK(run.finished.status == 130);
    CHECK_THAT(run.finished.err, Contains("ended by the debugger"));
}

TEST_CASE("where a debugger may come is checked", "[gdb]")
{
    const Folder folder;
    const auto config = folder.write("platform.toml", platform_for("hello"));
    for (const auto& [address, message] :
         std::vector<std::pair<std::string, std::string>>{{"here", "neither a port nor unix:"},
                                                          {"70000", "neither a port nor unix:"},
                                                          {"unix:", "empty"},
                                                          {"unix:/nowhere/socket", "/nowhere"}}) {
        const Finished r = sightline(folder, {"run", config.string(), "--gdb", address, "--out",
                                              (folder.path() / "out").string()});
        INFO(address);
        CHECK(r.status == 2);
        CHECK_THAT(r.err, Contains(message));
    }
    // Nobody comes, and nobody is waited for.
    const Finished r = sightline(
        folder, {"run", config.string(), "--gdb", "0", "--out", (folder.path() / "out").string()});
    CHECK(r.status == 0);
    CHECK_THAT(r.err, Contains("target remote 127.0.0.1:"));
}
