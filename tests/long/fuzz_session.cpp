// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: sessions that somebody else may have written. tests/long/fuzz_session.sh builds and runs it.
//
// An input is a file as it stands. One that starts with "{" is the text of a session's document instead: it stands
// behind the same tensors each time, so that what is inside a document is reached sooner.
#include "core/data/error.h"
#include "core/io/safetensors.h"
#include "core/io/utf8.h"
#include "tests/support/use_session.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

/// A file in memory that has a name.
class MemoryFile
{
public:
    MemoryFile() : m_file(memfd_create("session", 0)) {}

    void set(const std::uint8_t* data, std::size_t size) const
    {
        if (ftruncate(m_file, 0) != 0 || pwrite(m_file, data, size, 0) != ssize_t(size))
            std::abort();
    }

    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(m_file); }

private:
    int m_file;
};

/// Where sessions are written again; fuzz_session.sh clears up.
std::filesystem::path scratchFile()
{
    static const std::string folder = [] {
        std::string made = (std::filesystem::temp_directory_path() / "fuzz-session-XXXXXX").string();
        if (!mkdtemp(made.data()))
            std::abort();
        return made;
    }();
    return std::filesystem::path(folder) / "again.mnemo";
}

/// The document's text behind tensors that it may name: r0/h.p [2, 3], r1/u [2], r1/v [3] and their states.
void writeAround(const std::string& text, const std::filesystem::path& file)
{
    static const std::vector<std::byte> bytes(48, std::byte{1});
    std::vector<mnemo::TensorView> tensors;
    const auto add = [&](const char* name, std::vector<std::int64_t> shape) {
        std::size_t size = 1;
        for (const std::int64_t extent : shape)
            size *= std::size_t(extent);
        tensors.push_back({name, mnemo::Dtype::F64, shape, {bytes.data(), size * 8}});
        tensors.push_back({name + std::string(".state"), mnemo::Dtype::U8, shape, {bytes.data(), size}});
    };
    add("r0/h.p", {2, 3});
    add("r1/u", {2});
    add("r1/v", {3});
    mnemo::writeSafetensors(file, tensors, {{"format", "mnemo.session"}, {"min_reader", "1"}, {"session", text}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const MemoryFile input;
    std::filesystem::path file = input.path();
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (text.starts_with('{')) {
        if (mnemo::repairUtf8(text) != text)
            return -1;  // no writer of JSON takes it
        file = scratchFile().parent_path() / "around.mnemo";
        writeAround(text, file);
    } else {
        input.set(data, size);
    }
    const auto error = mnemo::test::tryFile(file, scratchFile());
    if (error && (error->message.empty() || error->hint.empty()))
        std::abort();
    return 0;
}
