// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/site.h"

#include "core/data/error.h"

#include <array>
#include <charconv>

namespace mnemo {
namespace {

constexpr std::array<std::string_view, 24> names{
    "embed", "block_in", "n", "h",  "a", "conv",    "c",    "delta",   "B",      "C",       "write", "state",
    "s",     "z",        "g", "sg", "o", "attn_in", "attn", "pattern", "mlp_in", "mlp_act", "mlp",   "final"};
static_assert(names.size() == std::size_t(SiteKind::Final) + 1);

[[noreturn]] void refuse(std::string_view pattern, const std::string& why)
{
    throw Failure(ErrorCode::UnknownSite, "The site \"" + std::string(pattern) + "\" cannot be read: " + why + ".",
                  "Write it like layers.17.s, layers.3-5.s, layers.*.h, layers.39.conv[-1] or embed.");
}

std::optional<int> toInt(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

struct LayerRange {
    int first;
    int last;
};

LayerRange readLayers(std::string_view pattern, std::string_view text, int layers)
{
    if (text == "*")
        return {0, layers - 1};
    const std::size_t dash = text.find('-');
    const std::optional<int> first = toInt(text.substr(0, dash));
    const std::optional<int> last = dash == std::string_view::npos ? first : toInt(text.substr(dash + 1));
    if (!first || !last)
        refuse(pattern, "\"" + std::string(text) + "\" is no layer number, range or *");
    if (*first < 0 || *last < *first || *last >= layers)
        refuse(pattern, "layers " + std::string(text) + " are not within 0-" + std::to_string(layers - 1));
    return {*first, *last};
}

std::optional<int> readTap(std::string_view pattern, std::string_view& kind)
{
    const std::size_t open = kind.find('[');
    if (open == std::string_view::npos)
        return std::nullopt;
    if (kind.back() != ']' || kind.substr(0, open) != "conv")
        refuse(pattern, "only conv has taps, written conv[-3] to conv[0]");
    const std::optional<int> tap = toInt(kind.substr(open + 1, kind.size() - open - 2));
    if (!tap || *tap < -3 || *tap > 0)
        refuse(pattern, "a tap is a number from -3 to 0");
    kind = kind.substr(0, open);
    return tap;
}

}  // namespace

std::string_view siteName(SiteKind kind)
{
    return names[std::size_t(kind)];
}

std::optional<SiteKind> siteKindFromName(std::string_view name)
{
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name)
            return SiteKind(i);
    return std::nullopt;
}

bool isPerLayer(SiteKind kind)
{
    return kind != SiteKind::Embed && kind != SiteKind::Final;
}

std::string toString(const Site& site)
{
    const std::string name(siteName(site.kind));
    if (!isPerLayer(site.kind))
        return name;
    const std::string tap = site.tap ? "[" + std::to_string(*site.tap) + "]" : "";
    return "layers." + std::to_string(site.layer) + "." + name + tap;
}

std::vector<Site> parseSites(std::string_view pattern, int layers)
{
    if (const auto kind = siteKindFromName(pattern); kind && !isPerLayer(*kind))
        return {Site{*kind, 0, {}}};
    constexpr std::string_view head = "layers.";
    const std::size_t dot = pattern.find('.', head.size());
    if (!pattern.starts_with(head) || dot == std::string_view::npos)
        refuse(pattern, "it does not start with layers.NUMBER.");
    const LayerRange range = readLayers(pattern, pattern.substr(head.size(), dot - head.size()), layers);
    std::string_view name = pattern.substr(dot + 1);
    const std::optional<int> tap = readTap(pattern, name);
    const std::optional<SiteKind> kind = siteKindFromName(name);
    if (!kind || !isPerLayer(*kind))
        refuse(pattern, "no site is called \"" + std::string(name) + "\"");
    std::vector<Site> sites;
    for (int layer = range.first; layer <= range.last; ++layer)
        sites.push_back({*kind, layer, tap});
    return sites;
}

}  // namespace mnemo
