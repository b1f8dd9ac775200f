namespace Binnacle.PromQL.RegularExpressions;

/// <content>Groups that begin with <c>(?</c>: names, flags.</content>
internal sealed partial class Re2Parser
{
    private void ReadPerlGroup()
    {
        var isPython = Peek(2) is 'P' && Peek(3) is '<' && _at + 4 < text.Length;
        if (isPython || (Peek(2) is '<' && _at + 3 < text.Length))
        {
            ReadNamedGroup(_at + (isPython ? 4 : 3));
            return;
        }

        var open = _at;
        _at += 2;
        var changed = _flags;
        var negative = false;
        var sawFlag = false;
        while (_at < text.Length)
        {
            var c = text[_at];
            _at += char.IsHighSurrogate(c) ? 2 : 1;
            switch (c)
            {
                case 'i' or 'm' or 's' or 'U':
                    var flag = c switch
                    {
                        'i' => NodeFlags.FoldCase,
                        'm' => NodeFlags.MultiLine,
                        's' => NodeFlags.DotNewline,
                        _ => NodeFlags.NonGreedy,
                    };
                    changed = negative ? changed & ~flag : changed | flag;
                    sawFlag = true;
                    continue;
                case '-' when !negative:
                    negative = true;
                    sawFlag = false;
                    continue;
                case ':' or ')' when !negative || sawFlag:
                    if (c is ':')
                    {
                        // The flags that hold again behind the group are those from before it.
                        var end = _at;
                        _at = open;
                        Open(0, null, end - open);
                    }

                    _flags = changed;
                    return;
            }

            break;
        }

        Fail(Re2FaultCode.InvalidPerlSyntax, open, Math.Min(_at, text.Length));
    }

    private void ReadNamedGroup(int nameStart)
    {
        var end = text.IndexOf('>', _at);
        var name = end < 0 ? text[nameStart..] : text[nameStart..Math.Max(end, nameStart)];
        if (end < 0 || name.Length == 0 || !name.All(c => c is '_' || char.IsAsciiLetterOrDigit(c)))
        {
            Fail(Re2FaultCode.InvalidNamedCapture, _at, end < 0 ? text.Length : end + 1);
            return;
        }

        if (nameStart == _at + 3)
        {
            ShortGroupName ??= (_at, end + 1);
        }

        (Names ??= []).Add(Groups + 1, name);
        Open(++Groups, name, end + 1 - _at);
    }
}
