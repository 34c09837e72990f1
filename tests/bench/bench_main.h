// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <exception>
#include <iostream>
#include <span>

namespace mnemo::bench {

/// What main() gives back: what `serve` does with the program's name and its arguments, or 1 with an exception's text
/// on the error stream.
inline int run(int count, char** arguments, int (*serve)(std::span<char*>))
try {
    return serve({arguments, std::size_t(count)});
} catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 1;
}

}  // namespace mnemo::bench
