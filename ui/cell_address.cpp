// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cell_address.h"

#include "core/data/error.h"
#include "widgets/json_value.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <limits>

namespace mnemo {
namespace {

struct Address {
    Q_DECLARE_TR_FUNCTIONS(Address)
};

const QRegularExpression& wordPattern()
{
    static const QRegularExpression pattern(QStringLiteral("\"([^\"]*)\"?|(\\S+)"));
    return pattern;
}

[[noreturn]] void refuse(const QString& message, const AddressBook& book)
{
    throw Failure(ErrorCode::Usage, message.toStdString(), book.words().toStdString());
}

/// The number behind the letter, or of the whole word; −1 where it is none.
int numberOf(const QString& word, QChar letter)
{
    const bool named = word.startsWith(letter, Qt::CaseInsensitive);
    const QString digits = word.mid(named ? 1 : 0);
    static const QRegularExpression number(QStringLiteral("^[0-9]+$"));
    if (!number.match(digits).hasMatch() || (!letter.isNull() && !named))
        return -1;
    bool fits = false;
    const int value = digits.toInt(&fits);
    return fits ? value : std::numeric_limits<int>::max();
}

/// The next token behind `after` with this text, from the start again behind the last one; −1: none.
int tokenOf(const QString& text, const AddressBook& book, int after)
{
    const int count = int(book.tokens.size());
    for (int step = 1; step <= count; ++step)
        if (const int pos = (after + step) % count; book.tokens[pos].compare(text, Qt::CaseInsensitive) == 0)
            return pos;
    return -1;
}

/// The parts of an address as they are read.
class Reader
{
public:
    Reader(const AddressBook& book, const CellAddress& now) : m_book(book), m_now(now) {}

    void quoted(const QString& text)
    {
        const int pos = tokenOf(text.trimmed(), m_book, m_now.cell.pos);
        if (pos < 0)
            refuse(Address::tr("No token is “%1”.").arg(text), m_book);
        setToken(pos, text);
    }

    void word(const QString& text)
    {
        if (const int layer = numberOf(text, u'L'); layer >= 0)
            setLayer(layer, text);
        else if (const int pos = numberOf(text, u'T'); pos >= 0)
            setToken(pos, text);
        else if (const int number = numberOf(text, QChar()); number >= 0)
            m_layer < 0 ? setLayer(number, text) : setToken(number, text);
        else if (m_site.isEmpty() && m_book.sites.contains(text))
            m_site = text;
        else if (tokenOf(text, m_book, m_now.cell.pos) >= 0)
            quoted(text);
        else
            refuse(Address::tr("“%1” is no site, layer or token.").arg(text), m_book);
    }

    CellAddress address() const
    {
        return {m_site.isEmpty() ? m_now.site : m_site,
                {m_layer < 0 ? m_now.cell.layer : m_layer, m_pos < 0 ? m_now.cell.pos : m_pos}};
    }

private:
    void setLayer(int layer, const QString& text)
    {
        if (m_layer >= 0)
            refuse(Address::tr("“%1” would be a second layer.").arg(text), m_book);
        if (layer >= m_book.layers)
            refuse(Address::tr("There is no layer %1.").arg(text), m_book);
        m_layer = layer;
    }

    void setToken(int pos, const QString& text)
    {
        if (m_pos >= 0)
            refuse(Address::tr("“%1” would be a second token.").arg(text), m_book);
        if (pos >= m_book.tokens.size())
            refuse(Address::tr("There is no token %1.").arg(text), m_book);
        m_pos = pos;
    }

    const AddressBook& m_book;
    const CellAddress& m_now;
    QString m_site;
    int m_layer = -1;
    int m_pos = -1;
};

/// As it can be read again.
QString quotedToken(const QString& text, int pos)
{
    return text.contains(QLatin1Char('"')) || text.trimmed().isEmpty() ? QStringLiteral("T%1").arg(pos)
                                                                       : QStringLiteral("\"%1\"").arg(text.trimmed());
}

}  // namespace

QString AddressBook::words() const
{
    return Address::tr("Type layers 0–%1, tokens 0–%2 or their text, sites %3.")
        .arg(layers - 1)
        .arg(tokens.size() - 1)
        .arg(sites.join(QStringLiteral(", ")));
}

AddressBook addressBook(const Result& trace)
{
    AddressBook book;
    for (const Json& site : jsonMember(trace.head, "sites"))
        if (site.is_string())
            book.sites << QString::fromStdString(site.get<std::string>());
    const ArrayPtr p = book.sites.isEmpty() ? nullptr : trace.find(book.sites.front().toStdString() + ".p");
    if (p && p->axes.size() == 2) {
        book.layers = p->axes[0].size();
        for (const std::string& token : p->axes[1].labels)
            book.tokens << QString::fromStdString(token).trimmed();
    }
    return book;
}

CellAddress readAddress(const QString& typed, const AddressBook& book, const CellAddress& now)
{
    if (typed.trimmed().isEmpty())
        refuse(Address::tr("Nothing was typed."), book);
    Reader reader(book, now);
    for (auto words = wordPattern().globalMatch(typed); words.hasNext();)
        if (const QRegularExpressionMatch word = words.next(); word.hasCaptured(2))
            reader.word(word.captured(2));
        else
            reader.quoted(word.captured(1));
    return reader.address();
}

QStringList addressCompletions(const QString& typed, const AddressBook& book)
{
    qsizetype start = typed.size();
    QString begun;
    for (auto words = wordPattern().globalMatch(typed); words.hasNext();)
        if (const QRegularExpressionMatch word = words.next(); word.capturedEnd() == typed.size()) {
            start = word.capturedStart();
            begun = word.hasCaptured(2) ? word.captured(2) : word.captured(1);
        }
    if (begun.isEmpty())
        return {};
    QStringList all;
    const bool isQuoted = typed.mid(start).startsWith(QLatin1Char('"'));
    for (const QString& site : book.sites)
        if (!isQuoted && site.startsWith(begun))
            all << typed.left(start) + site;
    for (int pos = 0; pos < book.tokens.size(); ++pos)
        if (book.tokens[pos].startsWith(begun, Qt::CaseInsensitive))
            all << typed.left(start) + quotedToken(book.tokens[pos], pos);
    all.removeDuplicates();
    all.removeAll(typed);
    return all;
}

}  // namespace mnemo
