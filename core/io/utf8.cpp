// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/utf8.h"

namespace mnemo {
namespace {

constexpr char32_t replacement = 0xFFFD;

/// What may follow a lead byte: number of further bytes, and the range of the first of them (Unicode table 3-7).
struct Lead {
    int more = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
};

bool leadOf(unsigned char byte, Lead& lead)
{
    if (byte < 0xC2 || byte > 0xF4)
        return false;
    lead.more = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    if (byte == 0xE0)
        lead.low = 0xA0;
    if (byte == 0xED)
        lead.high = 0x9F;
    if (byte == 0xF0)
        lead.low = 0x90;
    if (byte == 0xF4)
        lead.high = 0x8F;
    return true;
}

}  // namespace

std::u32string decodeUtf8(std::string_view utf8)
{
    std::u32string text;
    text.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size();) {
        const auto byte = static_cast<unsigned char>(utf8[i++]);
        Lead lead;
        if (byte < 0x80) {
            text += char32_t(byte);
            continue;
        }
        if (!leadOf(byte, lead)) {
            text += replacement;
            continue;
        }
        char32_t point = byte & (0x3F >> lead.more);
        int left = lead.more;
        for (; left > 0 && i < utf8.size(); --left, ++i) {
            const auto next = static_cast<unsigned char>(utf8[i]);
            if (next < lead.low || next > lead.high)
                break;
            lead.low = 0x80;
            lead.high = 0xBF;
            point = (point << 6) | (next & 0x3F);
        }
        text += left == 0 ? point : replacement;
    }
    return text;
}

void appendUtf8(std::string& utf8, char32_t point)
{
    if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        point = replacement;
    if (point < 0x80) {
        utf8 += char(point);
    } else if (point < 0x800) {
        utf8 += char(0xC0 | (point >> 6));
        utf8 += char(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        utf8 += char(0xE0 | (point >> 12));
        utf8 += char(0x80 | ((point >> 6) & 0x3F));
        utf8 += char(0x80 | (point & 0x3F));
    } else {
        utf8 += char(0xF0 | (point >> 18));
        utf8 += char(0x80 | ((point >> 12) & 0x3F));
        utf8 += char(0x80 | ((point >> 6) & 0x3F));
        utf8 += char(0x80 | (point & 0x3F));
    }
}

std::string encodeUtf8(std::u32string_view codePoints)
{
    std::string utf8;
    utf8.reserve(codePoints.size());
    for (const char32_t point : codePoints)
        appendUtf8(utf8, point);
    return utf8;
}

std::string repairUtf8(std::string_view bytes)
{
    return encodeUtf8(decodeUtf8(bytes));
}

std::string shown(const std::filesystem::path& path)
{
    return repairUtf8(path.string());
}

}  // namespace mnemo
