// SPDX-License-Identifier: MIT
#include "gdb/session.h"

#include <algorithm>
#include <cstdio>

namespace sl::gdb {

namespace {

const char* const ok = "OK";
// The protocol leaves the numbers' meaning open; these are errno values.
const char* const no_such = "E02";     // ENOENT
const char* const bad_address = "E0e"; // EFAULT
const char* const malformed = "E16";   // EINVAL

// Signals as GDB numbers them.
constexpr u8 signal_interrupt = 2, signal_trap = 5;

/// At most this much memory in one answer, so that it fits a packet.
constexpr u64 max_memory = max_packet / 2 - 16;

} // namespace

Session::Session(Target& target)
    : target_{target},
      actions_(target.pes(), Action::Continue)
{
    stopped({});
}

/// Thread `n`, 0 (any) or -1 (all, which is 0 here too); none when there is no such thread.
std::optional<unsigned> Session::thread(Cursor& at) const
{
    if (at.skip("-1"))
        return 0;
    const auto n = at.number();
    if (!n || *n > target_.pes())
        return std::nullopt;
    return static_cast<unsigned>(*n);
}

std::string Session::stopped(const Stop& stop)
{
    current_ = stop.pe;
    const bool interrupted = stop.why == Stop::Why::Interrupt || stop.why == Stop::Why::Attached;
    const u8 signal[] = {interrupted ? signal_interrupt : signal_trap};
    char number[32];
    std::snprintf(number, sizeof number, "%x", stop.pe + 1);
    last_stop_ = "T" + to_hex(signal) + "thread:" + number + ";";
    if (stop.why == Stop::Why::Watchpoint) {
        const char* const kind = !stop.watch.read   ? "watch"
                                 : stop.watch.write ? "awatch"
                                                    : "rwatch";
        std::snprintf(number, sizeof number, ":%llx;",
                      static_cast<unsigned long long>(stop.watch.va));
        last_stop_ += kind + std::string{number};
    } else if (stop.why == Stop::Why::Breakpoint) {
        const bool hard = std::find(hardware_.begin(), hardware_.end(), stop.pc) != hardware_.end();
        if (hard && hwbreak_)
            last_stop_ += "hwbreak:;";
        else if (!hard && swbreak_)
            last_stop_ += "swbreak:;";
    }
    return last_stop_;
}

Session::Reply Session::handle(std::string_view packet)
{
    Cursor at{packet};
    if (at.skip("vCont?"))
        return {"vCont;c;C;s;S"};
    if (at.skip("vCont;"))
        return resume(at);
    if (at.skip("vKill"))
        return {ok, Then::Kill};
    if (at.skip("vMustReplyEmpty") || packet.empty())
        return {};
    const char letter = packet[0];
    at.skip(packet.substr(0, 1));
    switch (letter) {
    case '?':
        return {last_stop_};
    case 'q':
        return query(at);
    case 'Q':
        return set(at);
    case 'H':
        return select(at);
    case 'T': {
        const auto n = thread(at);
        return {n && *n > 0 ? ok : no_such};
    }
    case 'g':
        return read_registers();
    case 'G':
        return write_registers(at);
    case 'p':
        return read_register(at);
    case 'P':
        return write_register(at);
    case 'm':
        return read_memory(at, false);
    case 'x':
        return read_memory(at, true);
    case 'M':
        return write_memory(at, false);
    case 'X':
        return write_memory(at, true);
    case 'Z':
        return point(at, true);
    case 'z':
        return point(at, false);
    case 'c':
    case 'C':
        return resume_one(at, Action::Continue);
    case 's':
    case 'S':
        return resume_one(at, Action::Step);
    case 'D':
        return {ok, Then::Detach};
    case 'k':
        return {{}, Then::Kill, true};
    default:
        return {};
    }
}

// ---- Queries -----------------------------------------------------------------------------------

Session::Reply Session::query(Cursor at)
{
    if (at.skip("Supported")) {
        swbreak_ = at.rest().find("swbreak+") != std::string_view::npos;
        hwbreak_ = at.rest().find("hwbreak+") != std::string_view::npos;
        char size[16];
        std::snprintf(size, sizeof size, "%zx", max_packet);
        return {"PacketSize=" + std::string{size} +
                ";QStartNoAckMode+;qXfer:features:read+;vContSupported+;swbreak+;hwbreak+;"
                "binary-upload+"};
    }
    if (at.skip("Xfer:features:read:"))
        return features(at);
    if (at.skip("fThreadInfo"))
        return threads();
    if (at.skip("sThreadInfo"))
        return {"l"};
    if (at.skip("ThreadExtraInfo,")) {
        const auto n = thread(at);
        return {n && *n > 0 ? to_hex(target_.describe(*n - 1)) : no_such};
    }
    if (at.skip("Attached"))
        return {"1"}; // it ran before the debugger came: quitting leaves it running
    if (at.skip("Rcmd,"))
        return monitor(at);
    if (at.skip("qemu.PhyMemMode"))
        return {physical_ ? "1" : "0"};
    if (at.rest() == "C") {
        char text[16];
        std::snprintf(text, sizeof text, "QC%x", current_ + 1);
        return {text};
    }
    return {};
}

Session::Reply Session::set(Cursor at)
{
    if (at.skip("StartNoAckMode")) {
        acknowledges_ = false;
        return {ok};
    }
    if (at.skip("qemu.PhyMemMode:"))
        return physical(at);
    return {};
}

Session::Reply Session::physical(Cursor at)
{
    const auto on = at.number();
    if (!on || *on > 1 || !at.done())
        return {malformed};
    physical_ = *on == 1;
    return {ok};
}

/// target.xml:OFFSET,LENGTH
Session::Reply Session::features(Cursor at) const
{
    if (at.until(':') != "target.xml")
        return {no_such};
    const auto offset = at.number();
    const bool comma = at.skip(",");
    const auto length = at.number();
    if (!offset || !comma || !length || !at.done())
        return {malformed};
    const std::string& all = target_.description();
    if (*offset > all.size())
        return {malformed};
    // Escapes may double it.
    const std::size_t most = std::min<u64>(*length, max_memory);
    const std::string part = all.substr(*offset, most);
    return {(*offset + part.size() < all.size() ? "m" : "l") + part};
}

Session::Reply Session::threads() const
{
    std::string text = "m";
    for (unsigned n = 0; n < target_.pes(); ++n) {
        char number[16];
        std::snprintf(number, sizeof number, "%s%x", n ? "," : "", n + 1);
        text += number;
    }
    return {text};
}

/// H op thread
Session::Reply Session::select(Cursor at)
{
    const bool general = at.skip("g");
    if (!general && !at.skip("c"))
        return {malformed};
    const bool all = at.rest() == "-1";
    const auto n = thread(at);
    if (!n || !at.done())
        return {no_such};
    if (general) {
        if (*n > 0)
            current_ = *n - 1;
    } else {
        continued_ = all || *n == 0 ? -1 : static_cast<int>(*n) - 1;
    }
    return {ok};
}

Session::Reply Session::monitor(Cursor at)
{
    const auto command = from_hex(at.rest());
    if (!command)
        return {malformed};
    if (*command == "physical on" || *command == "physical off") {
        physical_ = *command == "physical on";
        return {ok};
    }
    // One packet is all that an answer may be.
    std::string text = target_.monitor(current_, *command);
    constexpr std::size_t most = max_packet / 2 - 64;
    if (text.size() > most) {
        text.resize(most);
        text += "\n… and more: narrow the command\n";
    }
    return {text.empty() ? ok : to_hex(text)};
}

// ---- Registers ---------------------------------------------------------------------------------

Session::Reply Session::read_registers()
{
    std::string text;
    for (unsigned n = 0; n < target_.general_registers(); ++n)
        text += to_hex(target_.read_register(current_, n));
    return {text};
}

Session::Reply Session::write_registers(Cursor at)
{
    const auto bytes = from_hex(at.rest());
    if (!bytes)
        return {malformed};
    const auto* data = reinterpret_cast<const u8*>(bytes->data());
    std::size_t used = 0;
    for (unsigned n = 0; n < target_.general_registers() && used < bytes->size(); ++n) {
        const std::size_t size = target_.read_register(current_, n).size();
        if (size > bytes->size() - used)
            return {malformed};
        if (!target_.write_register(current_, n, {data + used, size}))
            return {malformed};
        used += size;
    }
    return {used == bytes->size() ? ok : malformed};
}

Session::Reply Session::read_register(Cursor at)
{
    const auto n = at.number();
    if (!n || !at.done() || *n > 0xffff)
        return {malformed};
    const std::vector<u8> bytes = target_.read_register(current_, static_cast<unsigned>(*n));
    if (bytes.empty() && *n < target_.registers())
        return {std::string(16, 'x')}; // another PE has it
    return {bytes.empty() ? no_such : to_hex(bytes)};
}

Session::Reply Session::write_register(Cursor at)
{
    const auto n = at.number();
    const bool equals = at.skip("=");
    const auto bytes = from_hex(at.rest());
    if (!n || *n > 0xffff || !equals || !bytes)
        return {malformed};
    const bool written =
        target_.write_register(current_, static_cast<unsigned>(*n),
                               {reinterpret_cast<const u8*>(bytes->data()), bytes->size()});
    return {written ? ok : malformed};
}

// ---- Memory ------------------------------------------------------------------------------------

/// address,length; in binary the bytes come after a `b`.
Session::Reply Session::read_memory(Cursor at, bool binary)
{
    const auto address = at.number();
    const bool comma = at.skip(",");
    const auto length = at.number();
    if (!address || !comma || !length || !at.done())
        return {malformed};
    if (*length == 0)
        return {binary ? "b" : ""};
    const std::vector<u8> bytes =
        target_.read_memory(current_, *address, std::min(*length, max_memory), physical_);
    if (bytes.empty())
        return {bad_address};
    return {binary ? "b" + std::string{bytes.begin(), bytes.end()} : to_hex(bytes)};
}

Session::Reply Session::write_memory(Cursor at, bool binary)
{
    const auto address = at.number();
    const bool comma = at.skip(",");
    const auto length = at.number();
    const bool colon = at.skip(":");
    if (!address || !comma || !length || !colon)
        return {malformed};
    const auto bytes = binary ? std::optional{std::string{at.rest()}} : from_hex(at.rest());
    if (!bytes || bytes->size() != *length)
        return {malformed};
    if (bytes->empty())
        return {ok};
    const bool written = target_.write_memory(
        current_, *address, {reinterpret_cast<const u8*>(bytes->data()), bytes->size()}, physical_);
    return {written ? ok : bad_address};
}

// ---- Breakpoints and watchpoints ---------------------------------------------------------------

/// type,address,kind
Session::Reply Session::point(Cursor at, bool insert)
{
    const auto type = at.number();
    bool well = at.skip(",");
    const auto address = at.number();
    well = well && at.skip(",");
    const auto kind = at.number();
    if (!type || !well || !address || !kind)
        return {malformed};
    if (*type > 4 || (!at.done() && !at.rest().starts_with(";")))
        return {}; // conditions and commands were not offered
    if (*type >= 2) {
        if (*kind == 0)
            return {malformed};
        const a64::DebugPoints::Watch watch{*address, *kind, *type != 2, *type != 3};
        std::erase(points_.watches, watch);
        if (insert)
            points_.watches.push_back(watch);
    } else {
        std::vector<u64>& list = *type == 0 ? software_ : hardware_;
        std::erase(list, *address);
        if (insert)
            list.push_back(*address);
        points_.breakpoints = software_;
        points_.breakpoints.insert(points_.breakpoints.end(), hardware_.begin(), hardware_.end());
    }
    target_.set_points(points_);
    return {ok};
}

// ---- Going on ----------------------------------------------------------------------------------

/// action[:thread][;action[:thread]]…: the first that names a thread, or names none, is its action.
Session::Reply Session::resume(Cursor at)
{
    std::vector<std::optional<Action>> wanted(target_.pes());
    while (!at.done()) {
        Cursor word{at.until(';')};
        Action action = Action::Continue;
        if (word.skip("s") || word.skip("S"))
            action = Action::Step;
        else if (!word.skip("c") && !word.skip("C"))
            return {malformed};
        if (!word.done() && !word.rest().starts_with(":"))
            word.number(); // a signal, which no PE could be given
        std::optional<unsigned> named = 0;
        if (word.skip(":"))
            named = thread(word);
        if (!named || !word.done())
            return {malformed};
        for (unsigned n = 0; n < target_.pes(); ++n)
            if ((*named == 0 || n == *named - 1) && !wanted[n])
                wanted[n] = action;
    }
    if (std::none_of(wanted.begin(), wanted.end(), [](const auto& a) { return a.has_value(); }))
        return {malformed};
    for (unsigned n = 0; n < target_.pes(); ++n)
        actions_[n] = wanted[n].value_or(Action::Hold);
    return {{}, Then::Resume, true};
}

/// The older packets: [signal;]address is where to go on. The threads are those of `Hc`.
Session::Reply Session::resume_one(Cursor at, Action action)
{
    if (!at.done())
        return {}; // GDB does not use it, and has vCont
    for (unsigned n = 0; n < target_.pes(); ++n) {
        const bool named = continued_ < 0 || n == static_cast<unsigned>(continued_);
        actions_[n] = named ? action : Action::Hold;
    }
    if (action == Action::Step && continued_ < 0)
        for (unsigned n = 0; n < target_.pes(); ++n)
            actions_[n] = n == current_ ? Action::Step : Action::Continue;
    return {{}, Then::Resume, true};
}

} // namespace sl::gdb
