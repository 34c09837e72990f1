// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mnemo {

inline constexpr std::uint64_t largestMessage = std::uint64_t(64) << 20;  ///< bytes of one message's body
inline constexpr std::size_t largestHeader = 8192;                        ///< bytes of one message's header

/// "Content-Length: n\r\n\r\n" and the body.
std::string writeFrame(std::string_view body);

/// Cuts a stream of bytes into messages, framed as in the Language Server Protocol. Never throws for what the other
/// side sends, never holds more than one header and one permitted body, and finds the next frame after every fault:
/// the body of an oversized frame is skipped unread, garbage is passed over up to the next header. One thread.
class FrameReader
{
public:
    using Item = std::variant<std::string, Error>;  ///< a body, or BadMessage: one per fault

    explicit FrameReader(std::uint64_t largest = largestMessage) : m_largest(largest) {}

    /// What these bytes complete, in the order of the stream.
    std::vector<Item> feed(std::string_view bytes);

    std::size_t buffered() const { return m_header.capacity() + m_body.capacity(); }  ///< bytes held, for tests
    bool midMessage() const { return m_wanted > 0 || m_skip > 0 || !m_header.empty(); }

private:
    std::string_view feedHeader(std::string_view bytes, std::vector<Item>& items);
    std::string_view feedBody(std::string_view bytes, std::vector<Item>& items);
    void onHeader(std::string_view block, std::vector<Item>& items);
    void lose(std::string message, std::vector<Item>& items);

    std::uint64_t m_largest;
    std::string m_header;
    std::string m_body;
    std::uint64_t m_wanted = 0;  ///< bytes of the body still to come
    std::uint64_t m_skip = 0;    ///< bytes of an oversized body still to pass over
    bool m_lost = false;         ///< between a fault and the next header: said once, then silent
};

}  // namespace mnemo
