// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QColor>
#include <QStringList>
#include <string_view>
#include <vector>

namespace mnemo {

/// Ends of a colour scale.
struct ValueRange {
    double low = 0;
    double high = 1;

    bool operator==(const ValueRange&) const = default;
};

/// Further outside a scale than its end shows: more than 2 % of its length.
bool isBelow(double value, ValueRange range);
bool isAbove(double value, ValueRange range);

/// Colours from evenly spaced stops, linear in sRGB between them. Sequential maps run from `low` to `high`; diverging
/// maps keep their middle at 0 and use the larger of |low| and |high| on both sides.
class ColourMap
{
public:
    /// "viridis", "cividis", "purples", "blues", "greens", "reds", "oranges", "greys", "vik", "rdbu"; unknown: viridis.
    /// With "_r" at the end: the other way round.
    static ColourMap named(std::string_view name);
    static QStringList names();

    const QString& name() const { return m_name; }
    bool isDiverging() const { return m_diverging; }

    QColor at(double share) const;                        ///< share in 0…1, clamped
    QColor colour(double value, ValueRange range) const;  ///< of a value; NaN gives an invalid colour
    double share(double value, ValueRange range) const;   ///< 0…1, unclamped

    /// The same hue with its low end at `background` instead of white, for dark windows; perceptual and diverging maps
    /// that do not end in white are unchanged.
    ColourMap onBackground(const QColor& background) const;
    ColourMap reversed() const;

private:
    ColourMap(QString name, std::vector<QColor> stops, bool diverging);

    QString m_name;
    std::vector<QColor> m_stops;
    bool m_diverging = false;
    bool m_whiteLow = false;
    bool m_reversed = false;
};

/// The paper's map of a site: h Purples, o Blues, g and mlp Greens, s and attn Reds, a Oranges, others Greys
/// (METHODS.md §2.5). Words behind the site's name tell two maps of it apart.
ColourMap siteColourMap(std::string_view site);

/// What is to be used for a site where `name` was chosen: empty is the site's own, "_r" that the other way round.
ColourMap siteColourMap(std::string_view site, std::string_view name);

/// The site's hue for lines and labels, readable on the given background (contrast ≥ 3:1).
QColor siteColour(std::string_view site, const QColor& background);

bool isDark(const QColor& background);
double contrast(const QColor& a, const QColor& b);           ///< WCAG ratio, 1…21
QColor mix(const QColor& a, const QColor& b, double share);  ///< share of b

}  // namespace mnemo
