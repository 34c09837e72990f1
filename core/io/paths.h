// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>

namespace mnemo {

/// Where the program's data files are: $MNEMO_DATA_DIR, or <folder of the executable>/../share/mnemoscope.
std::filesystem::path dataDir();

/// The folder of the running executable (links resolved): `mnemoscope` looks here for `mnemo` and the other way round.
std::filesystem::path executableDir();

/// What this program computed once and may need again; may be removed at any time: $XDG_CACHE_HOME/mnemoscope,
/// ~/.cache/mnemoscope.
std::filesystem::path cacheDir();

/// What must outlive the program but belongs to no document: $XDG_STATE_HOME/mnemoscope, ~/.local/state/mnemoscope.
std::filesystem::path stateDir();

/// Hugging Face's cache of repositories: $HF_HUB_CACHE, $HUGGINGFACE_HUB_CACHE, $HF_HOME/hub,
/// $XDG_CACHE_HOME/huggingface/hub, ~/.cache/huggingface/hub, the first that is set (UX.md §D.3).
std::filesystem::path hubCacheDir();

}  // namespace mnemo
