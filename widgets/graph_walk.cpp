// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph_walk.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace mnemo {
namespace {

/// Marks the lines that lead on from a place. @param forwards to what it feeds; false: to what feeds it
void follow(const GraphLayout& layout, int place, bool forwards, std::vector<bool>& marked)
{
    const auto nodeOf = [&](int at) { return layout.places[std::size_t(at)].node; };
    std::vector<std::vector<std::size_t>> leaving;  // by node
    for (std::size_t i = 0; i < layout.links.size(); ++i) {
        const auto node = std::size_t(nodeOf(forwards ? layout.links[i].from : layout.links[i].to));
        leaving.resize(std::max(leaving.size(), node + 1));
        leaving[node].push_back(i);
    }
    std::set<int> seen{nodeOf(place)};
    std::vector<int> next;
    const auto mark = [&](std::size_t link) {
        marked[link] = true;
        const int end = nodeOf(forwards ? layout.links[link].to : layout.links[link].from);
        if (seen.insert(end).second)
            next.push_back(end);
    };
    for (std::size_t i = 0; i < layout.links.size(); ++i)
        if ((forwards ? layout.links[i].from : layout.links[i].to) == place)
            mark(i);
    while (!next.empty()) {
        const auto node = std::size_t(next.back());
        next.pop_back();
        if (node < leaving.size())
            for (const std::size_t link : leaving[node])
                mark(link);
    }
}

}  // namespace

std::vector<bool> linksThrough(const GraphLayout& layout, int place)
{
    std::vector<bool> marked(layout.links.size(), false);
    if (place >= 0 && place < int(layout.places.size())) {
        follow(layout, place, true, marked);
        follow(layout, place, false, marked);
    }
    return marked;
}

std::vector<int> readingOrder(const GraphLayout& layout)
{
    std::vector<int> order(layout.places.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](int place) {
        const QPointF at = layout.places[std::size_t(place)].at;
        return std::pair(-at.y(), at.x());
    });
    return order;
}

int placeAfter(const GraphLayout& layout, int place, GraphStep step)
{
    const std::vector<int> order = readingOrder(layout);
    if (order.empty())
        return -1;
    const auto at = std::ranges::find(order, place);
    if (at == order.end())
        return order.front();
    switch (step) {
        case GraphStep::Left:
            return at == order.begin() ? place : *std::prev(at);
        case GraphStep::Right:
            return std::next(at) == order.end() ? place : *std::next(at);
        default:
            break;
    }
    const bool forwards = step == GraphStep::Feeds;
    for (auto link = layout.links.rbegin(); link != layout.links.rend(); ++link)  // the strongest first
        if ((forwards ? link->from : link->to) == place)
            return forwards ? link->to : link->from;
    return place;
}

}  // namespace mnemo
