namespace Binnacle.PromQL.Checking;

/// <summary>Faults of a regular expression that are certain without knowing all of RE2: brackets, repetitions, a last backslash.</summary>
internal static class RegexSyntax
{
    /// <summary>What is wrong, or null; for a pattern with a quoted part (<c>\Q…\E</c>) always null.</summary>
    public static string? Fault(string pattern)
    {
        if (pattern.Contains(@"\Q", StringComparison.Ordinal))
        {
            return null;
        }

        var open = 0;
        var repeatable = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\' when i + 1 == pattern.Length:
                    return "a backslash at the end";
                case '\\':
                    i++;
                    repeatable = true;
                    break;
                case '[':
                    i = ClassEnd(pattern, i);
                    repeatable = true;
                    if (i < 0)
                    {
                        return "\"[\" is never closed";
                    }

                    break;
                case '(':
                    open++;
                    repeatable = false;
                    // "(?" opens a group with options or a name.
                    i += i + 1 < pattern.Length && pattern[i + 1] is '?' ? 1 : 0;
                    break;
                case ')':
                    if (--open < 0)
                    {
                        return "\")\" without \"(\"";
                    }

                    repeatable = true;
                    break;
                case '|':
                    repeatable = false;
                    break;
                case '*' or '+' or '?' when !repeatable:
                    return $"\"{pattern[i]}\" has nothing to repeat";
                default:
                    repeatable = true;
                    break;
            }
        }

        return open > 0 ? "\"(\" is never closed" : null;
    }

    private static int ClassEnd(string pattern, int start)
    {
        var i = start + 1;
        i += i < pattern.Length && pattern[i] is '^' ? 1 : 0;
        for (var first = true; i < pattern.Length; i++, first = false)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '['
                    when pattern.AsSpan(i).StartsWith("[:")
                        && pattern.IndexOf(":]", i + 2, StringComparison.Ordinal) is var end and > 0:
                    i = end + 1;
                    break;
                case ']' when !first:
                    return i;
            }
        }

        return -1;
    }
}
