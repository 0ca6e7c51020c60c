// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace sl::gdb {

/// The address is no address, or cannot be listened on.
class AddressError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Where one debugger at a time may come: a TCP port on the loopback interface, or a Unix socket.
/// While nothing comes in, asking costs a look at a variable: the system signals (SIGIO) what does.
class Connection {
public:
    /// "1234" or "unix:PATH"; port 0 is any that is free. Throws AddressError.
    explicit Connection(const std::string& address);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Where a debugger finds it, as gdb's `target remote` takes it.
    const std::string& name() const { return name_; }

    bool connected() const { return peer_ >= 0; }

    /// Something has come in since the last call: a debugger, its bytes, or its end.
    static bool rang();

    /// Takes a debugger that has come, if there is none yet. With `wait`, waits for it, unless
    /// `give_up` says otherwise now and then.
    bool accept(bool wait, const std::function<bool()>& give_up);
    /// The next byte; -1 when there is none now (without `wait`), `give_up` says so, or the
    /// debugger has gone: then connected() is false.
    int get(bool wait, const std::function<bool()>& give_up);
    void send(const std::string& text);
    void close();

private:
    void listen_on_port(const std::string& port);
    void listen_on_path(const std::string& path);
    static bool ready(int fd, bool wait, const std::function<bool()>& give_up);

    int listener_ = -1, peer_ = -1;
    std::string name_, path_;
    std::string input_;
    std::size_t used_ = 0;
};

} // namespace sl::gdb
