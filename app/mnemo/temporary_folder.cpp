// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/temporary_folder.h"

#include "core/data/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mnemo {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder(const std::string& name)
{
    std::string made = (fs::temp_directory_path() / (name + "-XXXXXX")).string();
    if (!mkdtemp(made.data()))
        throw Failure(
            ErrorCode::WriteFailed,
            "No folder can be made in " + fs::temp_directory_path().string() + ": " + std::strerror(errno) + ".",
            "Set TMPDIR to a folder that can be written to.");
    m_path = made;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

}  // namespace mnemo
