namespace Binnacle.Rendering.Rules;

/// <summary>An upper bound of the bytes that a rule takes in its file, without writing it.</summary>
internal static class YamlSize
{
    /// <summary>Deepest indentation in a rule file, and what a line has besides: colon, quotes, line break.</summary>
    private const int Line = 16;

    /// <summary>The longest escape, <c>\U0001F600</c>, stands for two characters; one alone takes at most six.</summary>
    private const int Escaped = 6;

    public static int AtMost(RuleDefinition rule) =>
        Field("record", rule.Record)
        + Field("alert", rule.Alert)
        + Field("expr", rule.Expr)
        + Field("for", rule.For)
        + Field("keep_firing_for", rule.KeepFiringFor)
        + Map("labels", rule.Labels)
        + Map("annotations", rule.Annotations);

    public static int AtMost(string groupName, string? interval) =>
        Field("name", groupName) + Field("interval", interval) + Line + "rules".Length;

    private static int Map(string name, IReadOnlyDictionary<string, string>? map) =>
        map is null ? 0 : name.Length + Line + map.Sum(pair => Text(pair.Key) + Line + Text(pair.Value));

    private static int Field(string name, string? value) => value is null ? 0 : name.Length + Line + Text(value);

    private static int Text(string text)
    {
        var bytes = 0;
        foreach (var c in text)
        {
            bytes += c switch
            {
                '\n' => Line,
                '"' or '\\' => 2,
                >= ' ' and <= '~' => 1,
                _ => Escaped,
            };
        }

        return bytes;
    }
}
