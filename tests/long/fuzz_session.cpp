// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: sessions that somebody else may have written. tests/long/fuzz_session.sh builds and runs it.
#include "tests/support/use_session.h"

#include <cstdlib>

namespace {

/// Where the files are that it tries; fuzz_session.sh clears up.
std::filesystem::path makeFolder()
{
    std::string made = (std::filesystem::temp_directory_path() / "fuzz-session-XXXXXX").string();
    if (!mkdtemp(made.data()))
        std::abort();
    return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const std::filesystem::path folder = makeFolder();
    const auto error = mnemo::test::tryInput({reinterpret_cast<const char*>(data), size}, folder);
    if (error && (error->message.empty() || error->hint.empty()))
        std::abort();
    return 0;
}
