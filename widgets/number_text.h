// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

namespace mnemo {

QString shortNumber(double value);  ///< three digits: "0.42", "−3.14", "1.2e−07"; "–" for what is no number
QString shareText(double value);    ///< three places, for what is compared with 1: "0.763", "1", "0", "−0.02"; "–"
QString probabilityText(double value);  ///< "0.8312", "<1e−4", "–"

}  // namespace mnemo
