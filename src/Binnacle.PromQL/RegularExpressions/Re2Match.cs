namespace Binnacle.PromQL.RegularExpressions;

/// <summary>Where an expression and its groups matched.</summary>
public sealed class Re2Match
{
    private readonly Re2Pattern _pattern;
    private readonly string _text;
    private readonly int[] _slots;

    internal Re2Match(Re2Pattern pattern, string text, int[] slots) =>
        (_pattern, _text, _slots) = (pattern, text, slots);

    /// <summary>Where the match begins (UTF-16 code units from 0).</summary>
    public int Offset => _slots[0];

    /// <summary>The offset behind its end.</summary>
    public int End => _slots[1];

    /// <summary>Groups, without that of the whole.</summary>
    public int GroupCount => (_slots.Length / 2) - 1;

    /// <summary>What a group matched; null when it took no part or does not exist. 0 is the whole.</summary>
    public string? Group(int number) =>
        number >= 0 && number <= GroupCount && _slots[2 * number] is var start and >= 0
            ? _text[start.._slots[(2 * number) + 1]]
            : null;

    /// <summary>What a group of this name matched; with several of one name, the first that took part.</summary>
    public string? Group(string name) =>
        _pattern
            .GroupNames.Where(group => group.Value == name)
            .OrderBy(group => group.Key)
            .Select(group => Group(group.Key))
            .FirstOrDefault(value => value is not null);

    /// <summary>
    /// The template with <c>$1</c>, <c>${1}</c>, <c>$name</c> and <c>${name}</c> replaced, as Go's <c>Regexp.Expand</c>
    /// does: a name is as long as it can be (<c>$1x</c> is <c>${1x}</c>), a group that is not there is empty, <c>$$</c> is
    /// a dollar sign.
    /// </summary>
    public string Expand(string template) => ReplacementTemplate.Expand(template, this);
}
