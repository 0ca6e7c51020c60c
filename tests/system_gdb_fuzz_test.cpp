// SPDX-License-Identifier: MIT
#include "gdb/packet.h"
#include "sightline_process.h"

#include <chrono>
#include <cstring>
#include <random>
#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

using namespace sl;
using namespace sl::test;

// A debugger that sends what no debugger should: the platform answers the next sound packet.

namespace {

class Client {
public:
    explicit Client(const std::string& path)
        : fd_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)}
    {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        REQUIRE(path.size() < sizeof at.sun_path);
        std::memcpy(at.sun_path, path.c_str(), path.size() + 1);
        const auto* const any = reinterpret_cast<const sockaddr*>(&at);
        for (int i = 0; i < 1200 && ::connect(fd_, any, sizeof at) != 0; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }

    ~Client() { ::close(fd_); }

    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(const std::string& bytes) const
    {
        REQUIRE(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(bytes.size()));
    }

    /// The next packet; nothing when there is none for a minute.
    std::optional<std::string> packet()
    {
        for (;;) {
            for (; used_ < input_.size();)
                if (reader_.take(static_cast<u8>(input_[used_++])) ==
                    gdb::PacketReader::Kind::Packet)
                    return reader_.payload();
            pollfd what{.fd = fd_, .events = POLLIN, .revents = 0};
            if (::poll(&what, 1, 60'000) <= 0)
                return std::nullopt;
            char bytes[4096];
            const ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
            if (n <= 0)
                return std::nullopt;
            input_.assign(bytes, static_cast<std::size_t>(n));
            used_ = 0;
        }
    }

    /// Is there an answer to `question` that `mark` asks for, whatever else comes before it?
    bool answers(const std::string& question, const std::string& mark)
    {
        send(gdb::framed(question));
        for (auto p = packet(); p; p = packet())
            if (p->find(mark) != std::string::npos)
                return true;
        return false;
    }

private:
    int fd_;
    gdb::PacketReader reader_;
    std::string input_;
    std::size_t used_ = 0;
};

/// A packet's text: often nearly one that means something.
std::string scrambled(std::mt19937& random)
{
    static const std::vector<std::string> stems{"g",
                                                "G",
                                                "p",
                                                "P",
                                                "P1=",
                                                "P2a=",
                                                "m",
                                                "m4000",
                                                "x40000000,",
                                                "M40000000,",
                                                "X4000000",
                                                "Z0,40000000,",
                                                "Z1,",
                                                "Z2,4",
                                                "z2,",
                                                "vCont;s:1",
                                                "Hg",
                                                "Hc",
                                                "T",
                                                "qRcmd,",
                                                "qSupported",
                                                "q",
                                                "Q",
                                                "qXfer:features:read:target.xml:",
                                                "s",
                                                "?",
                                                "vCont;s",
                                                "!",
                                                "qThreadExtraInfo,"};
    static const std::string letters = "0123456789abcdef,:;=-\xff*}";
    const auto below = [&](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>{0, n - 1}(random);
    };
    std::string text = stems[below(stems.size())];
    for (std::size_t n = below(24); n > 0; --n)
        text += letters[below(letters.size())];
    return text;
}

} // namespace

TEST_CASE("no packet harms a platform", "[gdb]")
{
    const Folder folder;
    const auto config = folder.write("platform.toml", platform_for("work", 1, 2));
    const std::string socket = folder.path() / "gdb.socket";
    const Sightline process{folder,
                            {"run", config.string(), "--set", "image.program.parameters.pes=2",
                             "--out", (folder.path() / "out").string(), "--gdb", "unix:" + socket,
                             "--gdb-wait"}};
    Client client{socket};
    std::mt19937 random{11};
    for (unsigned round = 0; round < 40; ++round) {
        std::string bytes;
        for (unsigned n = 0; n < 25; ++n) {
            const std::string frame = gdb::framed(scrambled(random));
            switch (std::uniform_int_distribution<int>{0, 7}(random)) {
            case 0: // cut short
                bytes += frame.substr(0, frame.size() / 2);
                break;
            case 1: // a wrong sum
                bytes += frame.substr(0, frame.size() - 1) + "?";
                break;
            case 2:
                bytes += "\x03-+" + frame;
                break;
            default:
                bytes += frame;
                break;
            }
        }
        client.send(bytes);
        // What was cut short takes the next packet with it, and a step may be under way: Ctrl-C
        // ends it, and the question comes three times.
        client.send("#00\x03" + gdb::framed("qC") + "\x03" + gdb::framed("qC"));
        INFO("round " << round);
        REQUIRE(client.answers("qfThreadInfo", "m1,2"));
    }
    client.send(gdb::framed("k"));
    CHECK(process.wait().status == 130);
}
