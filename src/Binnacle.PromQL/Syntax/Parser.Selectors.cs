using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>Selectors: a metric's name, matchers in braces.</summary>
internal sealed partial class Parser
{
    private static readonly LabelMatcher[] NoMatchers = [];

    private readonly List<LabelMatcher> _matchers = [];

    private VectorSelector ParseSelector(Token? name)
    {
        var span = name is null ? default : TextSpan.Of(name.Value);
        var metric = name?.In(_text).ToString();
        var open = _current;
        if (open.Kind is not TokenKind.LeftBrace)
        {
            return new VectorSelector(span, metric, null, NoMatchers, Modifiers.None);
        }

        Advance();
        _matchers.Clear();
        while (_current.Kind is not (TokenKind.RightBrace or TokenKind.End))
        {
            var before = _current.Offset;
            ParseMatcher();
            if (!TakeIf(TokenKind.Comma) && _current.Kind is not (TokenKind.RightBrace or TokenKind.End))
            {
                var missing = _current.Offset > before && _current.Kind is TokenKind.Identifier or TokenKind.String;
                Unexpected("\",\" or \"}\"", missing ? "," : "");
                if (!missing)
                {
                    SkipInBraces();
                    TakeIf(TokenKind.Comma);
                }
            }
        }

        if (_current.Kind is not TokenKind.RightBrace)
        {
            _lexer.LeaveBraces();
        }

        var braces = TextSpan.Of(open).To(TextSpan.Of(_current));
        TakeIf(TokenKind.RightBrace);
        var matchers = _matchers.Count == 0 ? NoMatchers : _matchers.ToArray();
        return new VectorSelector(name is null ? braces : span.To(braces), metric, braces, matchers, Modifiers.None);
    }

    private void ParseMatcher()
    {
        var label = _current;
        if (label.Kind is not (TokenKind.Identifier or TokenKind.String))
        {
            Unexpected("a label name or \"}\"");
            SkipInBraces();
            return;
        }

        var quoted = label.Kind is TokenKind.String;
        var name = quoted ? StringText.Unquote(label.In(_text)) : label.In(_text).ToString();
        if (quoted && !_dialect.QuotedNames)
        {
            AddFault(label, "a quoted name inside braces", "a bare one: quotes are known here since Prometheus 2.51");
        }

        Advance();
        var operation = _current;
        if (IsMisspeltMatch(operation))
        {
            Unexpected("");
            operation = operation with { Kind = OperatorMeant(_lexer.Meant) };
        }
        else if (!IsMatch(operation.Kind))
        {
            if (quoted)
            {
                var span = TextSpan.Of(label);
                var metric = new LabelMatcher(span, "__name__", TokenKind.Assign, name)
                {
                    ValueSpan = span,
                    IsQuotedName = true,
                };
                _matchers.Add(metric);
                return;
            }

            Unexpected($"one of =, !=, =~, !~ after the label {Token.Shorten(name)}");
            SkipInBraces();
            return;
        }

        Advance();
        ParseMatchedValue(label, name, operation.Kind);
    }

    private void ParseMatchedValue(Token label, string name, TokenKind operation)
    {
        var value = _current;
        if (value.Kind is not TokenKind.String)
        {
            var bare = value.Kind is TokenKind.Identifier ? $"\"{Token.Shorten(value.In(_text))}\"" : "";
            Unexpected("the label's value in quotes", bare);
            SkipInBraces();
            return;
        }

        var span = TextSpan.Of(value);
        Advance();
        _matchers.Add(
            new LabelMatcher(TextSpan.Of(label).To(span), name, operation, StringText.Unquote(value.In(_text)))
            {
                ValueSpan = span,
            }
        );
    }

    private static bool IsMatch(TokenKind kind) =>
        kind is TokenKind.Assign or TokenKind.NotEqual or TokenKind.RegexMatch or TokenKind.RegexNoMatch;

    private bool IsMisspeltMatch(Token token) => token.Kind is TokenKind.Error && IsMatch(OperatorMeant(_lexer.Meant));

    private static TokenKind OperatorMeant(string text) =>
        text switch
        {
            "=" => TokenKind.Assign,
            "!=" => TokenKind.NotEqual,
            "=~" => TokenKind.RegexMatch,
            "!~" => TokenKind.RegexNoMatch,
            _ => TokenKind.Error,
        };

    private void SkipInBraces()
    {
        _skipped = true;
        while (_current.Kind is not (TokenKind.Comma or TokenKind.RightBrace or TokenKind.End))
        {
            Advance();
        }

        _resumedAt = _current.Offset;
    }
}
