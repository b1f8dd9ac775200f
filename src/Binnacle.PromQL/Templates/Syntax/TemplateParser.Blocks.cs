namespace Binnacle.PromQL.Templates.Syntax;

internal sealed partial class TemplateParser
{
    private BranchNode Branch(BranchKind kind, TemplateToken open, TemplateToken keyword)
    {
        var mark = _scope.Mark;
        var pipe = Pipeline(keyword.In(_text).ToString(), TemplateTokenKind.RightDelimiter);
        if (_failed)
        {
            SkipRest();
        }

        var body = new List<TemplateNode>();
        List<TemplateNode>? otherwise = null;
        if (Enter(open))
        {
            _ranges += kind is BranchKind.Range ? 1 : 0;
            var ending = Parts(body);
            _ranges -= kind is BranchKind.Range ? 1 : 0;
            if (ending is not Ending.End)
            {
                otherwise = Otherwise(kind, ending, open, keyword);
            }
        }

        _depth--;
        _scope.Release(mark);
        return new BranchNode(kind, open.Start, keyword.End, pipe, body, otherwise);
    }

    /// <summary>What follows the body of a block that did not end: else, another condition, or the end of the text.</summary>
    private List<TemplateNode>? Otherwise(BranchKind kind, Ending ending, TemplateToken open, TemplateToken keyword)
    {
        if (ending is Ending.EndOfText)
        {
            Unclosed(open, keyword);
            return null;
        }

        if (
            (kind is BranchKind.If && ending is Ending.ElseIf) || (kind is BranchKind.With && ending is Ending.ElseWith)
        )
        {
            var next = _token;
            var start = _closing;
            Advance();
            return [Branch(kind, start, next)];
        }

        SkipCondition(ending, keyword);
        var nodes = new List<TemplateNode>();
        while (Parts(nodes) is var last and not Ending.End)
        {
            if (last is Ending.EndOfText)
            {
                Unclosed(open, keyword);
                break;
            }

            Report(_closing.Start, _closing.End, "a second {{ else }} in one block", "{{ end }}");
            SkipCondition(last, keyword: null);
        }

        return nodes;
    }

    /// <summary>Complains of the condition behind an else that takes none, once for each.</summary>
    private void SkipCondition(Ending ending, TemplateToken? keyword)
    {
        if (ending is Ending.Else)
        {
            return;
        }

        if (keyword is { } block)
        {
            var condition = ending is Ending.ElseIf ? "if" : "with";
            Report(
                _closing.Start,
                _token.End,
                $"{{{{ else {condition} }}}} in a block of {{{{ {block.In(_text)} }}}}",
                $"{{{{ else }}}}{{{{ {condition} … }}}} … {{{{ end }}}}"
            );
        }

        SkipRest();
    }

    private void Unclosed(TemplateToken open, TemplateToken keyword)
    {
        if (!_cutOff)
        {
            Report(open.Start, keyword.End, $"{{{{ {keyword.In(_text)} }}}} is never closed", "{{ end }}");
        }
    }

    private void Define(TemplateToken open, TemplateToken keyword, bool atTop)
    {
        if (!atTop)
        {
            Report(open.Start, keyword.End, "{{ define }} inside of another block", "it outside of all blocks");
        }

        var name = QuotedName();
        var at = _name;
        if (!_failed)
        {
            EndAction("define");
        }

        Body(name, at, open, keyword);
    }

    private InvocationNode? Block(TemplateToken open, TemplateToken keyword)
    {
        var name = QuotedName();
        var at = _name;
        var pipe = _failed ? null : Pipeline("block", TemplateTokenKind.RightDelimiter);
        Body(name, at, open, keyword);
        return name is null ? null : new InvocationNode(name, at.Start, at.End, pipe);
    }

    private InvocationNode? Invocation()
    {
        var name = QuotedName();
        var at = _name;
        if (name is null)
        {
            return null;
        }

        if (_token.Kind is TemplateTokenKind.RightDelimiter)
        {
            Advance();
            return new InvocationNode(name, at.Start, at.End, null);
        }

        return Pipeline("template", TemplateTokenKind.RightDelimiter) is { } pipe
            ? new InvocationNode(name, at.Start, at.End, pipe)
            : null;
    }

    /// <summary>The parts of a template of its own, which sees no variable but its data.</summary>
    private void Body(string? name, TemplateToken at, TemplateToken open, TemplateToken keyword)
    {
        if (_failed)
        {
            SkipRest();
        }

        var (scope, ranges) = (_scope, _ranges);
        _scope = new TemplateScope([]);
        _ranges = 0;
        var nodes = new List<TemplateNode>();
        if (Enter(open))
        {
            while (Parts(nodes) is var ending and not Ending.End)
            {
                if (ending is Ending.EndOfText)
                {
                    Unclosed(open, keyword);
                    break;
                }

                Report(
                    _closing.Start,
                    _closing.End,
                    $"{{{{ else }}}} has no {{{{ if }}}}, {{{{ range }}}} or {{{{ with }}}} before it in this {keyword.In(_text)}"
                );
                SkipCondition(ending, keyword: null);
            }
        }

        _depth--;
        (_scope, _ranges) = (scope, ranges);
        if (name is not null)
        {
            Keep(name, at, nodes);
        }
    }

    private void Keep(string name, TemplateToken at, List<TemplateNode> nodes)
    {
        if (nodes.Count == 0)
        {
            _defined.TryAdd(name, nodes);
        }
        else if (_filled.Add(name))
        {
            _defined[name] = nodes;
        }
        else
        {
            Report(at.Start, at.End, $"the template \"{name}\" is defined twice", "another name");
        }
    }

    /// <summary>The name of a template; null after a complaint.</summary>
    private string? QuotedName()
    {
        _name = _token;
        if (_token.Kind is not (TemplateTokenKind.QuotedString or TemplateTokenKind.RawString))
        {
            Unexpected("the template's name in quotes");
            return null;
        }

        var name = Text(_token);
        Advance();
        return name;
    }
}
