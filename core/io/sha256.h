// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mnemo {

/// SHA-256 of what it is fed, in any number of pieces.
class Sha256
{
public:
    Sha256();
    ~Sha256();

    void add(std::span<const std::byte> bytes);
    void add(std::string_view text);
    std::string hex();  ///< 64 lower-case digits; nothing may be added afterwards

private:
    struct State;
    std::unique_ptr<State> m_state;
};

std::string sha256(std::string_view text);

}  // namespace mnemo
