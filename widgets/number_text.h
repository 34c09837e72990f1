// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

namespace mnemo {

QString shortNumber(double value);      ///< three digits: "0.42", "−3.1", "1.2e−7"; "–" for what is no number
QString probabilityText(double value);  ///< "0.8312", "<1e−4", "–"

}  // namespace mnemo
