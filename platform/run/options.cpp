// SPDX-License-Identifier: MIT
#include "run/options.h"

#include <array>
#include <sstream>

#include <boost/program_options.hpp>

namespace sl::run {

namespace {

namespace po = boost::program_options;

struct CommandName {
    const char* name;
    Command command;
    bool wants_config;
};

constexpr std::array commands{
    CommandName{"run", Command::Run, true}, CommandName{"check", Command::Check, true},
    CommandName{"describe", Command::Describe, true}, CommandName{"dtb", Command::Dtb, true},
    CommandName{"reference", Command::Reference, false}};

po::options_description visible_options()
{
    po::options_description options{"Options"};
    // clang-format off
    options.add_options()
        ("set", po::value<std::vector<std::string>>()->value_name("KEY=VALUE")->composing(),
         "put a value over the file's, such as cluster.big.pes=4; any number of times")
        ("out", po::value<std::string>()->value_name("PATH"),
         "the folder that `run` writes, by default sightline-out/NAME, NAME being the "
         "configuration's; the file that `dtb` writes, by default standard output")
        ("adversary", po::value<std::string>()->value_name("MODE"),
         "put MODE over run.adversary: when register writes reach indirect readers")
        ("strict", "check software against docs/rules.md; exit status 3 when it breaks a rule")
        ("console", "show what software sends to the first UART while it runs")
        ("svg", "let `describe` print a picture of the topology (SVG) instead of text")
        ("help,h", "show this")
        ("version", "show the version");
    // clang-format on
    return options;
}

const CommandName* find_command(const std::string& word)
{
    for (const CommandName& c : commands)
        if (word == c.name)
            return &c;
    return nullptr;
}

po::variables_map parse(int argc, const char* const* argv)
{
    po::options_description all = visible_options();
    all.add_options()("words", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("words", -1);
    try {
        po::variables_map map;
        // --se for --set would be a surprise the day that a longer option is added.
        const int style =
            po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(argc, argv)
                      .options(all)
                      .positional(positional)
                      .style(style)
                      .run(),
                  map);
        po::notify(map);
        return map;
    } catch (const po::error& e) {
        throw UsageError{e.what()};
    }
}

} // namespace

Options parse_options(int argc, const char* const* argv)
{
    const po::variables_map map = parse(argc, argv);
    if (map.contains("help"))
        return {};
    Options options;
    if (map.contains("version")) {
        options.command = Command::Version;
        return options;
    }

    std::vector<std::string> words;
    if (map.contains("words"))
        words = map["words"].as<std::vector<std::string>>();
    if (words.empty())
        throw UsageError{"no command given"};
    const CommandName* const command = find_command(words[0]);
    if (!command)
        throw UsageError{"there is no command \"" + words[0] + "\""};
    const std::size_t expected = command->wants_config ? 2 : 1;
    if (words.size() < expected)
        throw UsageError{"`" + words[0] + "` needs a configuration file"};
    if (words.size() > expected)
        throw UsageError{"`" + words[0] + "` does not take \"" + words[expected] + "\""};
    for (const char* const option : {"console", "adversary", "strict"})
        if (map.contains(option) && command->command != Command::Run)
            throw UsageError{"--" + std::string{option} + " is for `run` only"};
    if (map.contains("out") && command->command != Command::Run && command->command != Command::Dtb)
        throw UsageError{"--out is for `run` and `dtb` only"};
    if (map.contains("svg") && command->command != Command::Describe)
        throw UsageError{"--svg is for `describe` only"};
    if (map.contains("set") && !command->wants_config)
        throw UsageError{"--set needs a configuration"};

    options.command = command->command;
    if (command->wants_config)
        options.config = words[1];
    if (map.contains("set"))
        options.overrides = map["set"].as<std::vector<std::string>>();
    if (map.contains("adversary"))
        options.overrides.push_back("run.adversary=" + map["adversary"].as<std::string>());
    if (map.contains("out"))
        options.out = map["out"].as<std::string>();
    options.strict = map.contains("strict");
    if (options.strict)
        options.overrides.emplace_back("outputs.findings=true");
    options.console = map.contains("console");
    options.svg = map.contains("svg");
    return options;
}

std::string help()
{
    std::ostringstream text;
    text << R"(Sightline: a virtual platform for Arm self-hosted trace under virtualization.

  sightline run CONFIG       run a platform; its outputs go to one folder
  sightline check CONFIG     say everything that is wrong with a configuration
  sightline describe CONFIG  show the platform that a configuration makes
  sightline dtb CONFIG       write the device tree of that platform
  sightline reference        print the reference of all configuration keys

)" << visible_options()
         << "\nExit status: 0 well; 1 the run did not end by itself; 2 command line or "
            "configuration;\n"
            "3 rules were broken, with --strict; 4 an output could not be written; 130 "
            "interrupted.\n";
    return text.str();
}

} // namespace sl::run
