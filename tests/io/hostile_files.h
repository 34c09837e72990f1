// SPDX-License-Identifier: GPL-3.0-or-later
// Files that somebody made to do harm. Not in a test itself: moc does not read such texts.
#pragma once
#include "tests/io/io_test.h"

#include "core/data/json.h"

#include <string>
#include <utility>
#include <vector>

namespace io_test {

/// A session's file without tensors, with this text of its document.
inline std::string sessionHeader(const std::string& text)
{
    return mnemo::Json{{"__metadata__", {{"format", "mnemo.session"}, {"min_reader", "1"}, {"session", text}}}}.dump();
}

/// Names and bytes of files that are no sessions, whatever they pretend.
inline std::vector<std::pair<const char*, std::string>> hostileFiles()
{
    std::vector<std::pair<const char*, std::string>> files;
    const auto add = [&](const char* name, const std::string& header, const std::string& data = {}) {
        files.emplace_back(name, safetensorsBytes(header, data));
    };
    const std::string deep(100'000, '['), good = sessionHeader(R"({"runs":[]})");
    files.emplace_back("length is all ones", std::string(8, '\xff') + "{}");
    files.emplace_back("length is 100 MB", std::string("\x00\xe1\xf5\x05\x00\x00\x00\x00{}", 10));
    add("no header", "");
    add("deep header", R"({"a":)" + deep);
    add("deep metadata", R"({"__metadata__":)" + deep);
    add("deep text", sessionHeader(deep));
    add("deep run", sessionHeader(R"({"runs":)" + deep));
    add("key twice in the header", good.substr(0, good.size() - 1) + R"(,"__metadata__":{}})");
    add("key twice in the text", sessionHeader(R"({"runs":[],"runs":[]})"));
    std::string broken = good;
    broken[broken.find("runs")] = '\xff';
    add("no UTF-8 in the header", broken);
    add("half a character in the text", sessionHeader(R"({"runs":[],"x\ud800":1})"));
    add("tensors overlap",
        R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})",
        "123456");
    add("a hole", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", "12");
    add("bytes behind", R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "12");
    add("a shape beyond all memory", R"({"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,0]}})");
    add("a shape of nothing times everything",
        R"({"a":{"dtype":"F64","shape":[0,18446744073709551615],"data_offsets":[0,0]}})");
    add("negative shape", R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", "1");
    add("offsets backwards", R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[1,0]}})", "1");
    std::string keys = R"({"runs":[])";
    for (int i = 0; i < 30'000; ++i)
        keys += ",\"" + std::to_string(i) + "\":0";
    add("more keys than anybody needs", sessionHeader(keys + "}"));
    std::string objects = R"({"runs":[])", object;
    for (int i = 0; i < 4000; ++i)
        object += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
    for (int i = 0; i < 40; ++i)
        objects += ",\"x" + std::to_string(i) + "\":{" + object + "}";
    add("many objects of many keys", sessionHeader(objects + "}"));
    return files;
}

}  // namespace io_test
