// SPDX-License-Identifier: MIT
#include "gdb/connection.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace sl::gdb {

namespace {

volatile std::sig_atomic_t bell = 0;

void ring(int)
{
    bell = 1;
}

/// Signals what happens to `fd`, and never waits for it.
void announce(int fd)
{
    ::fcntl(fd, F_SETOWN, ::getpid());
    ::fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK);
}

[[noreturn]] void fail(const std::string& what)
{
    throw AddressError{what + ": " + std::strerror(errno)};
}

constexpr int patience_ms = 200; ///< between looks at whether to give up

} // namespace

Connection::Connection(const std::string& address)
{
    struct sigaction action {};

    action.sa_handler = ring;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGIO, &action, nullptr);
    if (address.starts_with("unix:"))
        listen_on_path(address.substr(5));
    else
        listen_on_port(address);
    announce(listener_);
}

Connection::~Connection()
{
    close();
    ::close(listener_);
    if (!path_.empty())
        ::unlink(path_.c_str());
    ::signal(SIGIO, SIG_IGN); // NOLINT(performance-no-int-to-ptr): the system's macro
}

void Connection::listen_on_port(const std::string& port)
{
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc{} || end != port.data() + port.size() || port.empty())
        throw AddressError{"\"" + port + "\" is neither a port nor unix:PATH"};
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(number);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* const any = reinterpret_cast<sockaddr*>(&at);
    if (::bind(listener_, any, size) != 0 || ::listen(listener_, 1) != 0 ||
        ::getsockname(listener_, any, &size) != 0) {
        const int why = errno;
        ::close(listener_);
        errno = why;
        fail("port " + port + " of 127.0.0.1");
    }
    name_ = "127.0.0.1:" + std::to_string(ntohs(at.sin_port));
}

void Connection::listen_on_path(const std::string& path)
{
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof at.sun_path)
        throw AddressError{"\"" + path + "\" is empty, or too long for a Unix socket"};
    std::memcpy(at.sun_path, path.c_str(), path.size() + 1);
    const auto* const any = reinterpret_cast<const sockaddr*>(&at);
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool bound = ::bind(listener_, any, sizeof at) == 0;
    if (!bound && errno == EADDRINUSE) {
        // A socket that nobody listens on is what an earlier run has left.
        const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const bool dead =
            ::connect(probe, any, sizeof at) != 0 && errno == ECONNREFUSED && probe >= 0;
        ::close(probe);
        errno = EADDRINUSE;
        if (dead && ::unlink(path.c_str()) == 0)
            bound = ::bind(listener_, any, sizeof at) == 0;
    }
    if (!bound || ::listen(listener_, 1) != 0) {
        const int why = errno;
        ::close(listener_);
        errno = why;
        fail(path);
    }
    path_ = name_ = path;
}

bool Connection::rang()
{
    if (bell == 0)
        return false;
    bell = 0;
    return true;
}

bool Connection::ready(int fd, bool wait, const std::function<bool()>& give_up)
{
    for (;;) {
        pollfd what{.fd = fd, .events = POLLIN, .revents = 0};
        if (::poll(&what, 1, wait ? patience_ms : 0) > 0)
            return true;
        if (!wait || give_up())
            return false;
    }
}

bool Connection::accept(bool wait, const std::function<bool()>& give_up)
{
    while (!connected() && ready(listener_, wait, give_up)) {
        peer_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (!connected())
            continue;
        const int yes = 1;
        ::setsockopt(peer_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        announce(peer_);
        input_.clear();
        used_ = 0;
        return true;
    }
    return false;
}

int Connection::get(bool wait, const std::function<bool()>& give_up)
{
    while (connected() && used_ == input_.size()) {
        if (!ready(peer_, wait, give_up))
            return -1;
        std::array<char, 4096> bytes{};
        const ssize_t n = ::recv(peer_, bytes.data(), bytes.size(), 0);
        if (n > 0) {
            input_.assign(bytes.data(), static_cast<std::size_t>(n));
            used_ = 0;
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            close();
        }
    }
    return connected() ? static_cast<unsigned char>(input_[used_++]) : -1;
}

void Connection::send(const std::string& text)
{
    std::size_t sent = 0;
    while (connected() && sent < text.size()) {
        const ssize_t n = ::send(peer_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (n > 0) {
            sent += static_cast<std::size_t>(n);
        } else if (errno == EAGAIN) {
            // A debugger that does not read for so long has hung.
            pollfd what{.fd = peer_, .events = POLLOUT, .revents = 0};
            if (::poll(&what, 1, 100 * patience_ms) == 0)
                close();
        } else if (errno != EINTR) {
            close();
        }
    }
}

void Connection::close()
{
    if (!connected())
        return;
    ::close(peer_);
    peer_ = -1;
    bell = 1; // the next may have come already
}

} // namespace sl::gdb
