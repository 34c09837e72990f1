// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/colour_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

namespace mnemo {

namespace {

enum class Kind { Perceptual, WhiteLow, Diverging };

struct NamedStops {
    const char* name;
    Kind kind;
    std::initializer_list<QRgb> stops;
};

// viridis, cividis: samples of the published maps (matplotlib, CC0; Nuñez et al. 2018). The 9- and 11-class schemes are
// ColorBrewer's (Brewer 2003). vik: after Crameri 2018, resampled to 11 stops.
const std::array<NamedStops, 10>& table()
{
    static const std::array<NamedStops, 10> maps{{
        {"viridis",
         Kind::Perceptual,
         {0x440154, 0x48186a, 0x472d7b, 0x424086, 0x3b528b, 0x33638d, 0x2c728e, 0x26828e, 0x21918c, 0x1fa088, 0x28ae80,
          0x3fbc73, 0x5ec962, 0x84d44b, 0xaddc30, 0xd8e219, 0xfde725}},
        {"cividis",
         Kind::Perceptual,
         {0x00224e, 0x123570, 0x3b496c, 0x575d6d, 0x707173, 0x8a8678, 0xa59c74, 0xc3b369, 0xe1cc55, 0xfee838}},
        {"purples",
         Kind::WhiteLow,
         {0xfcfbfd, 0xefedf5, 0xdadaeb, 0xbcbddc, 0x9e9ac8, 0x807dba, 0x6a51a3, 0x54278f, 0x3f007d}},
        {"blues",
         Kind::WhiteLow,
         {0xf7fbff, 0xdeebf7, 0xc6dbef, 0x9ecae1, 0x6baed6, 0x4292c6, 0x2171b5, 0x08519c, 0x08306b}},
        {"greens",
         Kind::WhiteLow,
         {0xf7fcf5, 0xe5f5e0, 0xc7e9c0, 0xa1d99b, 0x74c476, 0x41ab5d, 0x238b45, 0x006d2c, 0x00441b}},
        {"reds",
         Kind::WhiteLow,
         {0xfff5f0, 0xfee0d2, 0xfcbba1, 0xfc9272, 0xfb6a4a, 0xef3b2c, 0xcb181d, 0xa50f15, 0x67000d}},
        {"oranges",
         Kind::WhiteLow,
         {0xfff5eb, 0xfee6ce, 0xfdd0a2, 0xfdae6b, 0xfd8d3c, 0xf16913, 0xd94801, 0xa63603, 0x7f2704}},
        {"greys",
         Kind::WhiteLow,
         {0xffffff, 0xf0f0f0, 0xd9d9d9, 0xbdbdbd, 0x969696, 0x737373, 0x525252, 0x252525, 0x000000}},
        {"vik",
         Kind::Diverging,
         {0x001261, 0x033a7a, 0x196597, 0x5897b8, 0xa6c8d9, 0xebe5e0, 0xe1b8a0, 0xcd8861, 0xb4592a, 0x862306,
          0x590008}},
        {"rdbu",
         Kind::Diverging,
         {0x67001f, 0xb2182b, 0xd6604d, 0xf4a582, 0xfddbc7, 0xf7f7f7, 0xd1e5f0, 0x92c5de, 0x4393c3, 0x2166ac,
          0x053061}},
    }};
    return maps;
}

constexpr std::string_view reverse = "_r";

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& colour)
{
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

}  // namespace

bool isBelow(double value, ValueRange range)
{
    return value < range.low - 0.02 * (range.high - range.low);
}

bool isAbove(double value, ValueRange range)
{
    return value > range.high + 0.02 * (range.high - range.low);
}

ColourMap::ColourMap(QString name, std::vector<QColor> stops, bool diverging)
    : m_name(std::move(name)), m_stops(std::move(stops)), m_diverging(diverging)
{
}

ColourMap ColourMap::named(std::string_view name)
{
    if (name.ends_with(reverse))
        return named(name.substr(0, name.size() - reverse.size())).reversed();
    const auto& maps = table();
    const auto found = std::find_if(maps.begin(), maps.end(), [&](const NamedStops& map) { return map.name == name; });
    const NamedStops& source = found == maps.end() ? maps.front() : *found;
    ColourMap map(QString::fromLatin1(source.name), {source.stops.begin(), source.stops.end()},
                  source.kind == Kind::Diverging);
    map.m_whiteLow = source.kind == Kind::WhiteLow;
    return map;
}

QStringList ColourMap::names()
{
    QStringList names;
    for (const NamedStops& map : table())
        names << QString::fromLatin1(map.name);
    return names;
}

QColor ColourMap::at(double share) const
{
    const double along = std::clamp(share, 0.0, 1.0);
    const double place = (m_reversed ? 1 - along : along) * double(m_stops.size() - 1);
    const auto below = std::min(std::size_t(place), m_stops.size() - 2);
    return mix(m_stops[below], m_stops[below + 1], place - double(below));
}

double ColourMap::share(double value, ValueRange range) const
{
    if (m_diverging) {
        const double reach = std::max(std::abs(range.low), std::abs(range.high));
        return reach > 0 ? 0.5 + 0.5 * value / reach : 0.5;
    }
    return range.high > range.low ? (value - range.low) / (range.high - range.low) : 0;
}

QColor ColourMap::colour(double value, ValueRange range) const
{
    return std::isfinite(value) ? at(share(value, range)) : QColor();
}

ColourMap ColourMap::onBackground(const QColor& background) const
{
    if (!isDark(background) || (!m_whiteLow && !m_diverging))
        return *this;
    ColourMap dark = *this;
    const QColor low = mix(background, Qt::white, 0.04);
    if (m_diverging) {  // each half the other way round, so that far from 0 is bright
        const auto middle = std::ptrdiff_t(m_stops.size() / 2);
        std::reverse(dark.m_stops.begin(), dark.m_stops.begin() + middle);
        std::reverse(dark.m_stops.begin() + middle + 1, dark.m_stops.end());
        dark.m_stops[std::size_t(middle)] = low;
    } else {
        std::reverse(dark.m_stops.begin(), dark.m_stops.end());
        dark.m_stops.resize(dark.m_stops.size() - 2);  // white glares, and the hue should still show
        dark.m_stops.front() = low;
    }
    dark.m_whiteLow = false;
    return dark;
}

ColourMap ColourMap::reversed() const
{
    ColourMap map = *this;
    map.m_name = m_name.endsWith(QLatin1String("_r")) ? m_name.chopped(2) : m_name + QLatin1String("_r");
    map.m_reversed = !m_reversed;
    return map;
}

ColourMap siteColourMap(std::string_view site, std::string_view name)
{
    if (name.empty())
        return siteColourMap(site);
    return name == reverse ? siteColourMap(site).reversed() : ColourMap::named(name);
}

ColourMap siteColourMap(std::string_view site)
{
    site = site.substr(0, site.find(' '));
    if (site == "h")
        return ColourMap::named("purples");
    if (site == "o")
        return ColourMap::named("blues");
    if (site == "g" || site == "mlp")
        return ColourMap::named("greens");
    if (site == "s" || site == "attn")
        return ColourMap::named("reds");
    return ColourMap::named(site == "a" ? "oranges" : "greys");
}

QColor siteColour(std::string_view site, const QColor& background)
{
    const ColourMap map = siteColourMap(site);
    double share = isDark(background) ? 0.5 : 0.72;
    const double step = isDark(background) ? -0.05 : 0.05;
    while (share > 0 && share < 1 && contrast(map.at(share), background) < 3)
        share += step;
    return map.at(share);
}

bool isDark(const QColor& background)
{
    return luminance(background) < 0.18;
}

double contrast(const QColor& a, const QColor& b)
{
    const double first = luminance(a) + 0.05;
    const double second = luminance(b) + 0.05;
    return first > second ? first / second : second / first;
}

QColor mix(const QColor& a, const QColor& b, double share)
{
    const auto between = [share](int from, int to) { return int(std::lround(from + (to - from) * share)); };
    return {between(a.red(), b.red()), between(a.green(), b.green()), between(a.blue(), b.blue())};
}

}  // namespace mnemo
