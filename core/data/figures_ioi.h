// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/figures.h"

namespace mnemo {

/// Those of the second paper (METHODS.md §7 and §8, I2–I19), with the numbers of pairs that its notebooks used. Its
/// model's picture is of five corruptions; a demonstration model knows fewer.
std::vector<PaperFigure> ioiFigures();

}  // namespace mnemo
