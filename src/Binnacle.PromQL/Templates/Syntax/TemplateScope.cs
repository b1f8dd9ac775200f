namespace Binnacle.PromQL.Templates.Syntax;

/// <summary>
/// The variables that are declared at a place, as the parser sees them: by name, from declaration to the block's end.
/// </summary>
/// <param name="given">Those that are declared before the template starts, beside <c>$</c>.</param>
internal sealed class TemplateScope(IReadOnlyList<string> given)
{
    private readonly List<string> _declared = [];
    private readonly Dictionary<string, int> _counts = [];

    public int Mark => _declared.Count;

    /// <summary>The names, for suggestions; the data itself has none to mistake.</summary>
    public IEnumerable<string> Names => given.Concat(_counts.Keys);

    public bool Has(string name)
    {
        if (name is "$")
        {
            return true;
        }

        foreach (var variable in given)
        {
            if (variable == name)
            {
                return true;
            }
        }

        return _counts.ContainsKey(name);
    }

    public void Declare(string name)
    {
        _declared.Add(name);
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
    }

    public void Release(int mark)
    {
        for (var i = _declared.Count - 1; i >= mark; i--)
        {
            var name = _declared[i];
            if (_counts[name] == 1)
            {
                _counts.Remove(name);
            }
            else
            {
                _counts[name]--;
            }
        }

        _declared.RemoveRange(mark, _declared.Count - mark);
    }
}
