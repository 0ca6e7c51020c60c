// SPDX-License-Identifier: MIT
#include "process.h"

#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace sl::differential {

File temporary_file()
{
    File file{std::tmpfile(), &std::fclose};
    if (!file)
        throw std::runtime_error{"cannot create a temporary file"};
    return file;
}

void append(std::FILE* file, std::span<const std::byte> bytes)
{
    if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size())
        throw std::runtime_error{"cannot write a temporary file: is the disk full?"};
}

std::string contents(std::FILE* file)
{
    std::fflush(file);
    std::fseek(file, 0, SEEK_END);
    std::string text(static_cast<std::size_t>(std::ftell(file)), '\0');
    std::rewind(file);
    if (std::fread(text.data(), 1, text.size(), file) != text.size())
        throw std::runtime_error{"cannot read a temporary file"};
    return text;
}

void run_program(const std::vector<std::string>& arguments, std::FILE* input, std::FILE* output,
                 std::FILE* errors)
{
    std::fflush(input);
    std::rewind(input);
    // The child shares the offset of the descriptor, which rewind() leaves alone when it can.
    lseek(fileno(input), 0, SEEK_SET);

    std::vector<char*> argv;
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(input), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(output), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(errors), STDERR_FILENO);
    pid_t child = 0;
    const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        throw std::runtime_error{"cannot start " + arguments[0] + ": is its package installed?"};
    int status = 0;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error{arguments[0] + " failed"};
}

} // namespace sl::differential
