// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <string>

namespace mnemo {

/// A folder of our own that is gone, with what is in it, when this goes.
class TemporaryFolder
{
public:
    explicit TemporaryFolder(const std::string& name);  ///< @throws Failure WriteFailed
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

}  // namespace mnemo
