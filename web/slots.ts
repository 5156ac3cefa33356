/** Where things are worn: the content's word and the page's, in the order of the equipment's places, which a test compares. */
export const wornSlots: readonly (readonly [key: string, name: string])[] = [
  ['head', 'Head'],
  ['shoulders', 'Shoulders'],
  ['back', 'Back'],
  ['chest', 'Chest'],
  ['hands', 'Hands'],
  ['waist', 'Waist'],
  ['legs', 'Legs'],
  ['feet', 'Feet'],
  ['mainHand', 'Main hand'],
  ['offHand', 'Off hand'],
]
