using System.Text;

namespace LocalCluster.Node.Pods;

/// <summary>
/// <c>$(NAME)</c> in command, args and env values. <c>$$(NAME)</c> is the text <c>$(NAME)</c>; a name that is not known stays
/// as it is. Source: kubernetes third_party/forked/golang/expansion.
/// </summary>
internal static class VariableExpansion
{
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        if (!text.Contains('$'))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            var close = text[i] == '(' ? text.IndexOf(')', i) : -1;
            if (close >= 0)
            {
                var name = text[(i + 1)..close];
                result.Append(variables.TryGetValue(name, out var value) ? value : $"$({name})");
                i = close;
            }
            else
            {
                // "$$" is one dollar sign; before anything else it stands for itself.
                result.Append('$');
                if (text[i] != '$')
                {
                    result.Append(text[i]);
                }
            }
        }

        return result.ToString();
    }
}
