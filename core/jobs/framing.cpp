// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/framing.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace mnemo {
namespace {

constexpr std::string_view fieldName = "content-length:";
constexpr std::string_view headerEnd = "\r\n\r\n";
constexpr std::size_t longestTail = 64;  ///< of passed-over garbage: may hold the start of a header

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

std::size_t findField(std::string_view line)
{
    const auto it = std::search(line.begin(), line.end(), fieldName.begin(), fieldName.end(),
                                [](char a, char b) { return lower(a) == b; });
    return it == line.end() ? std::string_view::npos : std::size_t(it - line.begin());
}

/// What of a foreign text goes into a message: short, and printable whatever it was.
std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text.substr(0, 40))
        out += c >= ' ' && c <= '~' ? c : '?';
    return out + (text.size() > 40 ? "…\"" : "\"");
}

Error badMessage(std::string message)
{
    return {ErrorCode::BadMessage, std::move(message), "Frame each message with \"Content-Length: n\"."};
}

struct Header {
    std::optional<std::string_view> length;  ///< text after "Content-Length:"
    std::string_view garbage;                ///< first line that is no header field
};

/// Other fields ("Content-Type: …") are legal and say nothing here.
Header parseHeader(std::string_view block)
{
    Header header;
    while (!block.empty()) {
        const std::size_t end = std::min(block.find("\r\n"), block.size());
        const std::string_view line = block.substr(0, end);
        block.remove_prefix(std::min(end + 2, block.size()));
        const std::size_t field = findField(line);
        if (field != std::string_view::npos)
            header.length = line.substr(field + fieldName.size());
        const bool known = field == 0 || (field == std::string_view::npos && line.starts_with("Content-Type:"));
        if (!known && !line.empty() && header.garbage.empty())
            header.garbage = line;
    }
    return header;
}

std::optional<std::uint64_t> parseLength(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return length;
}

}  // namespace

std::string writeFrame(std::string_view body)
{
    std::string frame = "Content-Length: " + std::to_string(body.size());
    frame.reserve(frame.size() + headerEnd.size() + body.size());
    return frame.append(headerEnd).append(body);
}

std::vector<FrameReader::Item> FrameReader::feed(std::string_view bytes)
{
    std::vector<Item> items;
    while (!bytes.empty()) {
        if (m_skip > 0) {
            const std::uint64_t n = std::min<std::uint64_t>(m_skip, bytes.size());
            bytes.remove_prefix(std::size_t(n));
            m_skip -= n;
        } else if (m_wanted > 0) {
            bytes = feedBody(bytes, items);
        } else {
            bytes = feedHeader(bytes, items);
        }
    }
    return items;
}

/// Consumes up to the end of the header, or everything.
std::string_view FrameReader::feedHeader(std::string_view bytes, std::vector<Item>& items)
{
    const std::size_t before = m_header.size();
    const std::string_view piece = bytes.substr(0, largestHeader + 1 - std::min(before, largestHeader));
    m_header.append(piece);
    const std::size_t from = before < headerEnd.size() ? 0 : before - headerEnd.size() + 1;
    const std::size_t end = m_header.find(headerEnd, from);
    if (end != std::string::npos) {
        bytes.remove_prefix(end + headerEnd.size() - before);
        const std::string block = m_header.substr(0, end);
        m_header.clear();
        onHeader(block, items);
        return bytes;
    }
    bytes.remove_prefix(piece.size());
    if (m_header.size() > largestHeader) {
        lose("A header is longer than " + std::to_string(largestHeader) + " bytes: " + quoted(m_header) + ".", items);
        m_header.erase(0, m_header.size() - longestTail);
    }
    return bytes;
}

std::string_view FrameReader::feedBody(std::string_view bytes, std::vector<Item>& items)
{
    const std::size_t n = std::size_t(std::min<std::uint64_t>(m_wanted, bytes.size()));
    m_body.append(bytes.substr(0, n));  // grows with what really arrives, not with what was announced
    m_wanted -= n;
    if (m_wanted == 0) {
        items.emplace_back(std::move(m_body));
        m_body = {};
    }
    return bytes.substr(n);
}

void FrameReader::onHeader(std::string_view block, std::vector<Item>& items)
{
    const Header header = parseHeader(block);
    if (!header.length) {
        lose("A header without Content-Length: " + quoted(block) + ".", items);
        return;
    }
    const std::optional<std::uint64_t> length = parseLength(*header.length);
    if (!length) {
        lose("Content-Length is no number of bytes: " + quoted(*header.length) + ".", items);
        return;
    }
    if (!header.garbage.empty())
        lose("Bytes before a header: " + quoted(header.garbage) + ".", items);
    m_lost = false;
    if (*length > m_largest) {
        m_skip = *length;
        items.emplace_back(badMessage("A message of " + std::to_string(*length) + " bytes is larger than " +
                                      std::to_string(m_largest) + "."));
    } else if (*length == 0) {
        items.emplace_back(std::string());
    } else {
        m_wanted = *length;
    }
}

void FrameReader::lose(std::string message, std::vector<Item>& items)
{
    if (!m_lost)
        items.emplace_back(badMessage(std::move(message)));
    m_lost = true;
}

}  // namespace mnemo
