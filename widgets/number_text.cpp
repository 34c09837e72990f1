// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_text.h"

#include <cmath>

namespace mnemo {

QString shortNumber(double value)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    const double size = std::abs(value);
    const bool plain = size == 0 || (size >= 1e-3 && size < 1e5);
    QString text = plain ? QString::number(value, 'g', 3) : QString::number(value, 'e', 1);
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

QString shareText(double value)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    const double rounded = std::round(value * 1000) / 1000;
    return shortNumber(rounded == 0 ? 0 : rounded);
}

QString probabilityText(double value)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    if (value > 0 && value < 1e-4)
        return QStringLiteral("<1e−4");
    return QString::number(value, 'f', value < 0.01 ? 4 : 3);
}

}  // namespace mnemo
