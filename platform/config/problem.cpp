// SPDX-License-Identifier: MIT
#include "config/problem.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace sl::config {

std::string Location::text() const
{
    if (line == 0)
        return file;
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string Problem::text() const
{
    std::string s = at.text() + ": ";
    if (!key.empty())
        s += key + ": ";
    s += what;
    if (!allowed.empty())
        s += "; allowed: " + allowed;
    return s;
}

namespace {

std::string all_texts(const std::vector<Problem>& problems)
{
    std::string s;
    for (const Problem& p : problems)
        s += (s.empty() ? "" : "\n") + p.text();
    return s;
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one word to another.
std::size_t distance(const std::string& a, const std::string& b)
{
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i)
        d[i][0] = i;
    std::iota(d[0].begin(), d[0].end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = a[i - 1] == b[j - 1] ? 0 : 1;
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.size()][b.size()];
}

} // namespace

ConfigError::ConfigError(std::vector<Problem> problems)
    : std::runtime_error{all_texts(problems)},
      problems_{std::move(problems)}
{
}

void Problems::raise() const
{
    if (all_.empty())
        return;
    auto sorted = all_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
        return std::tie(a.at.file, a.at.line, a.at.column) <
               std::tie(b.at.file, b.at.line, b.at.column);
    });
    throw ConfigError{std::move(sorted)};
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates)
{
    std::string best;
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& c : candidates)
        if (const std::size_t d = distance(word, c); d < least && d < c.size()) {
            least = d;
            best = c;
        }
    return best;
}

std::string join(const std::vector<std::string>& words)
{
    std::string s;
    for (const std::string& w : words)
        s += (s.empty() ? "" : ", ") + w;
    return s;
}

} // namespace sl::config
